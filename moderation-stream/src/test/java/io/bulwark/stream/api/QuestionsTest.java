package io.bulwark.stream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.access.HopTokens;
import io.bulwark.stream.access.Visitor;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.Answer.Freshness;
import io.bulwark.stream.query.Peers.Question;
import io.bulwark.stream.runtime.InstanceAddress;
import jakarta.ws.rs.core.Response;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuestionsTest {

    private static final InstanceAddress HOLDER = new InstanceAddress("other", 8080);

    private static final InstanceAddress SELF = new InstanceAddress("me", 8080);
    private static final Visitor ANA = Visitor.of("ana", "shop", Set.of("viewer"));

    private final HopTokens tokens = new HopTokens(Optional.of("a secret of more than thirty-two letters"));
    private int hops;
    private Map<String, String> told = Map.of();
    private final Questions questions = new Questions(
            (holder, question, headers) -> {
                hops++;
                told = headers;
                return Optional.<HttpResponse<String>>empty();
            },
            tokens,
            SELF,
            null,
            null);

    @Test
    void whatIsFoundHereIsAnswered() {
        try (Response answer = ask(new Answer.Found<>("here"), null)) {
            assertThat(answer.getStatus()).isEqualTo(200);
            assertThat(answer.getEntity()).isEqualTo("here");
        }
    }

    @Test
    void whatIsAbsentHereIsNotFound() {
        try (Response answer = ask(new Answer.Absent<>(), null)) {
            assertThat(answer.getStatus()).isEqualTo(404);
            assertThat(problem(answer).type()).isEqualTo("urn:bulwark:problem:no-verdict");
        }
    }

    @Test
    void whereNothingIsNoProblemAnEmptyListIsTheAnswer() {
        try (Response answer = questions.answer(
                Question.of("audits", "i"),
                asker(false),
                freshness -> new Answer.Absent<List<String>>(),
                Questions::none)) {
            assertThat(answer.getStatus()).isEqualTo(200);
            assertThat(answer.getEntity()).isEqualTo(List.of());
        }
    }

    @Test
    void whileNoInstanceCanAnswerTheClientIsAskedToRetry() {
        try (Response answer = ask(new Answer.NotReady<>("Tasks move."), null)) {
            assertThat(answer.getStatus()).isEqualTo(503);
            assertThat(answer.getHeaderString("Retry-After")).isEqualTo("1");
            assertThat(problem(answer).detail()).isEqualTo("Tasks move.");
        }
    }

    @Test
    void aHolderThatDoesNotAnswerIsNamed() {
        try (Response answer = ask(new Answer.Elsewhere<>(HOLDER), null)) {
            assertThat(hops).isEqualTo(1);
            assertThat(answer.getStatus()).isEqualTo(503);
            assertThat(problem(answer).type()).isEqualTo("urn:bulwark:problem:holder-silent");
            assertThat(problem(answer).detail()).contains("other:8080");
        }
    }

    @Test
    void aQuestionThatHoppedHopsNoFurther() {
        try (Response answer = ask(new Answer.Elsewhere<>(HOLDER), "asker:8080")) {
            assertThat(hops).isZero();
            assertThat(answer.getStatus()).isEqualTo(503);
            assertThat(problem(answer).type()).isEqualTo("urn:bulwark:problem:not-ready");
        }
    }

    @Test
    void whereTheHolderIsSilentAStandbyHereAnswersAndSaysSo() {
        var elsewhere = new Answer.Elsewhere<String>(HOLDER, List.of(SELF));
        try (Response answer = questions.answer(
                Question.of("verdicts", "i"),
                asker(false),
                freshness -> freshness == Freshness.STANDBY ? new Answer.Found<>("copy", true) : elsewhere,
                Problem.NO_VERDICT::response)) {
            assertThat(answer.getEntity()).isEqualTo("copy");
            assertThat(answer.getHeaderString("Bulwark-Stale")).isEqualTo("true");
        }
    }

    @Test
    void whatIsFoundAtTheHolderIsNotStale() {
        try (Response answer = ask(new Answer.Found<>("here"), null)) {
            assertThat(answer.getHeaderString("Bulwark-Stale")).isNull();
        }
    }

    @Test
    void withoutASecretAHopNamesTheTenant() {
        List<String> asked = new ArrayList<>();
        var open = new Questions(
                (holder, question, headers) -> {
                    asked.add(question.path());
                    return Optional.empty();
                },
                new HopTokens(Optional.empty()),
                SELF,
                null,
                null);
        open.answer(
                        Question.of("verdicts", "i"),
                        asker(false),
                        freshness -> new Answer.Elsewhere<>(HOLDER),
                        Problem.NO_VERDICT::response)
                .close();
        assertThat(asked).containsExactly("/api/v1/verdicts/i?tenant=shop");
    }

    @Test
    void aHopSaysForWhomItAsksAndIsSigned() {
        ask(new Answer.Elsewhere<>(HOLDER), null).close();
        Visitor told = tokens.visitor(this.told.get(HopTokens.HEADER), "/api/verdicts/i")
                .orElseThrow();
        assertThat(told).isEqualTo(ANA);
    }

    private Response ask(Answer<String> local, String hop) {
        return questions.answer(
                Question.of("verdicts", "i"), asker(hop != null), freshness -> local, Problem.NO_VERDICT::response);
    }

    private static Asker asker(boolean hopped) {
        return new Asker(null, null) {
            @Override
            Visitor visitor() {
                return ANA;
            }

            @Override
            boolean isFirstHand() {
                return !hopped;
            }

            @Override
            boolean takesStandby() {
                return false;
            }

            @Override
            Optional<String> tenant() {
                return Optional.of("shop");
            }
        };
    }

    private static Problem.Body problem(Response answer) {
        assertThat(answer.getMediaType()).hasToString("application/problem+json");
        return (Problem.Body) answer.getEntity();
    }
}
