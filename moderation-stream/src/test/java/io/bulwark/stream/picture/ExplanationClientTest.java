package io.bulwark.stream.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.ExplainConfig;
import io.bulwark.stream.PreviewConfig;
import io.bulwark.stream.testing.StubExplanation;
import io.bulwark.stream.testing.StubPreview;
import io.bulwark.stream.testing.StubPreview.Reply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationClientTest {

    private static final PictureAnswer.Found STILL = new PictureAnswer.Found(StubPreview.JPEG, 1);

    private final StubPreview server = new StubPreview();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        server.close();
    }

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

    private ExplanationAnswer ask() {
        return client(Optional.of(server.url())).ask("a shop & more", STILL);
    }

    @Test
    void anExplanationIsPassedOnAndCounted() {
        server.replies(StubExplanation.reply());

        assertThat(ask()).isInstanceOfSatisfying(ExplanationAnswer.Explained.class, explained -> {
            assertThat(explained.document().view()).isEqualTo("square");
            assertThat(explained.document().nearest()).hasSize(2);
            assertThat(explained.document().gradient()).isEqualTo(StubExplanation.PNG);
        });
        assertThat(meters.get("bulwark.explanations")
                        .tag("outcome", "explained")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "422, picture-undecodable, Unexplained",
        "409, no-margin, Unexplained",
        "503, busy, Busy",
        "503, overdue, Busy",
        "401, no-token, Unavailable",
        "500, failed, Unavailable",
        "404, picture-gone, Unavailable"
    })
    void whyThereIsNoneIsPassedOn(int status, String type, String answer) {
        server.replies(StubPreview.problem(status, type));
        assertThat(ask().getClass().getSimpleName()).isEqualTo(answer);
    }

    @Test
    void whatIsNoExplanationIsNotPassedOn() {
        server.replies(new Reply(200, "application/json", null, "{\"view\":\"square\"}".getBytes()));
        assertThat(ask()).isInstanceOf(ExplanationAnswer.Unavailable.class);
        server.replies(new Reply(200, "text/html", null, "<script>".getBytes()));
        assertThat(ask()).isInstanceOf(ExplanationAnswer.Unavailable.class);
    }

    @Test
    void animationsAreNotExplainedAndNothingIsAskedWhereNothingIsSet() {
        assertThat(client(Optional.of(server.url())).ask("default", new PictureAnswer.Found(StubPreview.JPEG, 7)))
                .isInstanceOfSatisfying(
                        ExplanationAnswer.Unexplained.class,
                        unexplained -> assertThat(unexplained.detail()).contains("7 frames"));
        ExplanationClient none = client(Optional.empty());
        assertThat(none.isConfigured()).isFalse();
        assertThat(none.ask("default", STILL)).isEqualTo(ExplanationAnswer.Unavailable.notSet());
    }
}
