package io.bulwark.stream.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.query.Answer;
import io.bulwark.stream.query.Question;
import io.bulwark.stream.runtime.InstanceAddress;
import jakarta.ws.rs.core.Response;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuestionsTest {

    private static final InstanceAddress HOLDER = new InstanceAddress("other", 8080);

    private int hops;
    private final Questions questions = new Questions((holder, question) -> {
        hops++;
        return Optional.<HttpResponse<String>>empty();
    });

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
                Question.of("audits", "i"), null, key -> new Answer.Absent<List<String>>(), Questions::none)) {
            assertThat(answer.getStatus()).isEqualTo(200);
            assertThat(answer.getEntity()).isEqualTo(List.of());
        }
    }

    @Test
    void whileNobodyCanSayTheClientIsToldToComeAgain() {
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

    private Response ask(Answer<String> local, String hop) {
        return questions.answer(Question.of("verdicts", "i"), hop, key -> local, Problem::noVerdict);
    }

    private static Problem problem(Response answer) {
        assertThat(answer.getMediaType()).hasToString("application/problem+json");
        return (Problem) answer.getEntity();
    }
}
