package io.bulwark.stream.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.stream.PreviewConfig;
import io.bulwark.stream.PreviewConfig.ExplainConfig;
import io.bulwark.stream.picture.PreviewClient.Picture;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.testing.StubExplanation;
import io.bulwark.stream.testing.StubPreview;
import io.bulwark.stream.testing.StubPreview.Reply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationClientTest {

    private static final Picture STILL = new Picture(StubPreview.JPEG, 1);

    @AutoClose
    private final StubPreview server = new StubPreview();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private record Explain(Optional<String> url, Duration timeout) implements ExplainConfig {}

    private record Preview(Optional<String> secret) implements PreviewConfig {

        @Override
        public Optional<String> url() {
            return Optional.empty();
        }

        @Override
        public Optional<Path> secretFile() {
            return Optional.empty();
        }

        @Override
        public Duration timeout() {
            return Duration.ofSeconds(2);
        }
    }

    private ExplanationClient client(Optional<String> url) {
        return new ExplanationClient(
                new Explain(url, Duration.ofSeconds(2)), new Preview(Optional.of(StubPreview.SECRET)), meters);
    }

    private ExplanationClient.ExplanationDocument ask() {
        return client(Optional.of(server.url())).ask("a shop & more", STILL);
    }

    @Test
    void anExplanationIsPassedOnAndCounted() {
        server.replies(StubExplanation.reply());

        ExplanationClient.ExplanationDocument explained = ask();
        assertThat(explained.view()).isEqualTo("square");
        assertThat(explained.nearest()).hasSize(2);
        assertThat(explained.gradient()).isEqualTo(StubExplanation.PNG);
        assertThat(meters.get("bulwark.explanations")
                        .tag("outcome", "explained")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "422, picture-undecodable, NOT_EXPLAINED",
        "409, no-margin, NOT_EXPLAINED",
        "503, busy, BUSY",
        "503, overdue, BUSY",
        "401, no-token, NO_EXPLAIN_SERVER",
        "500, failed, NO_EXPLAIN_SERVER",
        "404, picture-gone, NO_EXPLAIN_SERVER"
    })
    void whyThereIsNoneIsPassedOn(int status, String type, Problem problem) {
        server.replies(StubPreview.problem(status, type));
        assertProblem(problem, "", this::ask);
    }

    @Test
    void whatIsNoExplanationIsNotPassedOn() {
        server.replies(new Reply(200, "application/json", null, "{\"view\":\"square\"}".getBytes()));
        assertProblem(Problem.NO_EXPLAIN_SERVER, "", this::ask);
        server.replies(new Reply(200, "text/html", null, "<script>".getBytes()));
        assertProblem(Problem.NO_EXPLAIN_SERVER, "", this::ask);
    }

    @Test
    void animationsAreNotExplainedAndNothingIsAskedWhereNothingIsSet() {
        ExplanationClient some = client(Optional.of(server.url()));
        assertProblem(Problem.NOT_EXPLAINED, "7 frames", () -> some.ask("default", new Picture(StubPreview.JPEG, 7)));
        ExplanationClient none = client(Optional.empty());
        assertThat(none.isConfigured()).isFalse();
        assertProblem(Problem.NO_EXPLAIN_SERVER, "bulwark.explain.url", () -> none.ask("default", STILL));
    }

    private static void assertProblem(Problem problem, String detail, ThrowingCallable asking) {
        assertThatThrownBy(asking)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        none -> assertThat(none.problem()).isEqualTo(problem))
                .hasMessageContaining(detail);
    }
}
