package io.bulwark.stream.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.schemas.preview.PreviewQuestion;
import io.bulwark.stream.PreviewConfig;
import io.bulwark.stream.testing.StubPreview;
import io.bulwark.stream.testing.StubPreview.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreviewClientTest {

    private static final PreviewQuestion QUESTION =
            new PreviewQuestion("images.uploaded", 3, 4711, "ab".repeat(32), false);

    private final StubPreview preview = new StubPreview();

    @AfterEach
    void close() {
        preview.close();
    }

    private record Given(Optional<String> url, Optional<String> secret, Duration timeout) implements PreviewConfig {

        @Override
        public Optional<Path> secretFile() {
            return Optional.empty();
        }
    }

    private PreviewClient client(String secret) {
        return new PreviewClient(new Given(Optional.of(preview.url()), Optional.of(secret), Duration.ofSeconds(2)));
    }

    private PictureAnswer ask() {
        return client(StubPreview.SECRET).ask(QUESTION);
    }

    @Test
    void aPictureComesWithItsFrames() {
        preview.replies(StubPreview.picture(7));
        assertThat(ask()).isInstanceOfSatisfying(PictureAnswer.Found.class, found -> {
            assertThat(found.jpeg()).isEqualTo(StubPreview.JPEG);
            assertThat(found.frames()).isEqualTo(7);
        });
        assertThat(preview.asked()).containsExactly(QUESTION);
    }

    @ParameterizedTest
    @CsvSource({
        "404, picture-gone, Gone",
        "409, picture-changed, Changed",
        "422, picture-undecodable, Undecodable",
        "503, location-silent, Silent",
        "503, busy, Unavailable",
        "500, defect, Unavailable"
    })
    void whyThereIsNoneIsPassedOn(int status, String type, String answer) {
        preview.replies(StubPreview.problem(status, type));
        assertThat(ask().getClass().getSimpleName()).isEqualTo(answer);
    }

    @Test
    void aSecretThatIsAnotherIsNamed() {
        assertThat(client(StubPreview.SECRET + "!").ask(QUESTION))
                .isEqualTo(new PictureAnswer.Unavailable("It is no-token."));
    }

    /** A worker that is no preview answers 404 as well. */
    @Test
    void whatIsNoPreviewDoesNotSayThatThePictureIsGone() {
        preview.replies(new Reply(404, "text/html", null, "<h1>Resource not found</h1>".getBytes()));
        assertThat(ask())
                .isEqualTo(new PictureAnswer.Unavailable(
                        "What answers at bulwark.preview.url is no preview: status 404."));
    }

    @Test
    void whatIsNoPictureIsNotPassedOn() {
        preview.replies(new Reply(200, "text/html", "1", StubPreview.JPEG));
        assertThat(ask()).isInstanceOf(PictureAnswer.Unavailable.class);
        preview.replies(new Reply(200, "image/jpeg", "1", "<script>".getBytes()));
        assertThat(ask()).isInstanceOf(PictureAnswer.Unavailable.class);
        preview.replies(new Reply(200, "image/jpeg", "-1", StubPreview.JPEG));
        assertThat(ask()).isInstanceOf(PictureAnswer.Unavailable.class);
    }

    @Test
    void moreBytesThanAPictureHasAreNotTaken() {
        byte[] large = new byte[PreviewClient.MOST_BYTES + 1];
        large[0] = (byte) 0xff;
        large[1] = (byte) 0xd8;
        preview.replies(new Reply(200, "image/jpeg", "1", large));
        assertThat(ask()).isInstanceOf(PictureAnswer.Unavailable.class);
    }

    @Test
    void anAnswerThatNeverEndsIsGivenUp() {
        preview.replies(new Reply(200, "image/jpeg", "1", null));
        assertThat(ask()).isEqualTo(new PictureAnswer.Unavailable("The preview did not answer within 2 s."));
    }

    @Test
    void nobodyAnswersWhereNothingListensOrNothingIsSet() {
        PreviewClient client = client(StubPreview.SECRET);
        preview.close();
        assertThat(client.ask(QUESTION)).isInstanceOf(PictureAnswer.Unavailable.class);
        PreviewClient none = new PreviewClient(new Given(Optional.empty(), Optional.empty(), Duration.ofSeconds(2)));
        assertThat(none.isConfigured()).isFalse();
        assertThat(none.ask(QUESTION))
                .isInstanceOfSatisfying(
                        PictureAnswer.Unavailable.class,
                        unset -> assertThat(unset.detail()).contains("bulwark.preview.url"));
    }
}
