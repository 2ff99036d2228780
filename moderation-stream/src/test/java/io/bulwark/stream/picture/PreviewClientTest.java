package io.bulwark.stream.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.stream.PreviewConfig;
import io.bulwark.stream.picture.PreviewClient.Picture;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.testing.StubPreview;
import io.bulwark.stream.testing.StubPreview.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreviewClientTest {

    private static final PreviewQuestion QUESTION =
            new PreviewQuestion("images.uploaded", 3, 4711, "ab".repeat(32), false);

    @AutoClose
    private final StubPreview preview = new StubPreview();

    private record Given(Optional<String> url, Optional<String> secret, Duration timeout) implements PreviewConfig {

        @Override
        public Optional<Path> secretFile() {
            return Optional.empty();
        }
    }

    private PreviewClient client(String secret) {
        return new PreviewClient(new Given(Optional.of(preview.url()), Optional.of(secret), Duration.ofSeconds(2)));
    }

    private Picture ask() {
        return client(StubPreview.SECRET).ask(QUESTION);
    }

    @Test
    void aPictureComesWithItsFrames() {
        preview.replies(StubPreview.picture(7));
        Picture found = ask();
        assertThat(found.jpeg()).isEqualTo(StubPreview.JPEG);
        assertThat(found.frames()).isEqualTo(7);
        assertThat(preview.asked()).containsExactly(QUESTION);
    }

    @ParameterizedTest
    @CsvSource({
        "404, picture-gone, PICTURE_GONE",
        "409, picture-changed, PICTURE_CHANGED",
        "422, picture-undecodable, PICTURE_UNDECODABLE",
        "503, location-silent, LOCATION_SILENT",
        "503, busy, NO_PREVIEW",
        "500, defect, NO_PREVIEW"
    })
    void whyThereIsNoneIsPassedOn(int status, String type, Problem problem) {
        preview.replies(StubPreview.problem(status, type));
        assertProblem(problem, "", this::ask);
    }

    @Test
    void aSecretThatIsAnotherIsNamed() {
        assertProblem(
                Problem.NO_PREVIEW,
                "It is no-token.",
                () -> client(StubPreview.SECRET + "!").ask(QUESTION));
    }

    /** A worker that is no preview answers 404 as well. */
    @Test
    void whatIsNoPreviewDoesNotSayThatThePictureIsGone() {
        preview.replies(new Reply(404, "text/html", null, "<h1>Resource not found</h1>".getBytes()));
        assertProblem(
                Problem.NO_PREVIEW, "What answers at bulwark.preview.url is no preview: status 404.", () -> ask());
    }

    @Test
    void whatIsNoPictureIsNotPassedOn() {
        preview.replies(new Reply(200, "text/html", "1", StubPreview.JPEG));
        assertProblem(Problem.NO_PREVIEW, "", () -> ask());
        preview.replies(new Reply(200, "image/jpeg", "1", "<script>".getBytes()));
        assertProblem(Problem.NO_PREVIEW, "", () -> ask());
        preview.replies(new Reply(200, "image/jpeg", "-1", StubPreview.JPEG));
        assertProblem(Problem.NO_PREVIEW, "", () -> ask());
    }

    @Test
    void moreBytesThanAPictureHasAreNotTaken() {
        byte[] large = new byte[PreviewClient.MOST_BYTES + 1];
        large[0] = (byte) 0xff;
        large[1] = (byte) 0xd8;
        preview.replies(new Reply(200, "image/jpeg", "1", large));
        assertProblem(Problem.NO_PREVIEW, "", () -> ask());
    }

    @Test
    void anAnswerThatNeverEndsIsGivenUp() {
        preview.replies(new Reply(200, "image/jpeg", "1", null));
        assertProblem(Problem.NO_PREVIEW, "The preview did not answer within 2 s.", () -> ask());
    }

    @Test
    void thereIsNoPreviewWhereNothingListensOrNothingIsSet() {
        PreviewClient client = client(StubPreview.SECRET);
        preview.close();
        assertProblem(Problem.NO_PREVIEW, "", () -> client.ask(QUESTION));
        PreviewClient none = new PreviewClient(new Given(Optional.empty(), Optional.empty(), Duration.ofSeconds(2)));
        assertThat(none.isConfigured()).isFalse();
        assertProblem(Problem.NO_PREVIEW, "bulwark.preview.url", () -> none.ask(QUESTION));
    }

    private static void assertProblem(Problem problem, String detail, ThrowingCallable asking) {
        assertThatThrownBy(asking)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        none -> assertThat(none.problem()).isEqualTo(problem))
                .hasMessageContaining(detail);
    }
}
