package io.bulwark.imaging.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.GoldenPictures;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.preview.Preview;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.Wire.Wanted;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Previews across the pipe: what a process says is what this one would see, and what it must not say is no answer. */
@Timeout(120)
class PreviewProcessTest {

    private static final ReaderSettings SETTINGS = new ReaderSettings(
            DecodeLimits.standard().withMemoryBytes(64 << 20),
            JpegReduction.none(),
            HeifCommand.none(),
            PreprocessSpec.unit(64, Interpolation.BILINEAR),
            null,
            ViewPolicy.SQUASH,
            ModerationOptions.standard().withoutDetails());

    @Test
    void aProcessShowsWhatThisOneWouldShowBetweenOtherFiles() {
        ProcessLimits limits = ProcessLimits.of(1, SETTINGS.limits(), 1 << 20, Duration.ofSeconds(15));
        DecoderProcess.LocalReader here = new DecoderProcess.LocalReader(SETTINGS);
        try (DecoderPool pool = new DecoderPool(SETTINGS, limits, death -> {})) {
            pool.start();
            for (String name : GoldenPictures.FILES) {
                byte[] file = GoldenPictures.file(name);
                assertSame(pool.preview(file, false), here.preview(file, false));
                assertSame(pool.preview(file, true), here.preview(file, true));
                assertThat(pool.read(file, false)).isInstanceOf(PictureRead.Seen.class);
            }
            assertThat(pool.preview(new byte[] {1, 2, 3}, false)).isInstanceOf(PictureRead.Refused.class);
            assertThat(pool.pids()).hasSize(1);
        }
    }

    @Test
    void anAnswerOfAnotherKindThanAskedForIsNone() throws IOException {
        byte[] shown = written(new PictureRead.Shown(new Preview(1, 1, new byte[3], 1)));
        assertThat(read(shown, Wanted.STRIP)).isInstanceOf(PictureRead.Shown.class);
        assertThatThrownBy(() -> read(shown, Wanted.VIEWS)).isInstanceOf(IOException.class);
        byte[] seen =
                written(new DecoderProcess.LocalReader(SETTINGS).read(GoldenPictures.file("tiny_5x7.png"), false));
        assertThat(read(seen, Wanted.VIEWS)).isInstanceOf(PictureRead.Seen.class);
        assertThatThrownBy(() -> read(seen, Wanted.PICTURE)).isInstanceOf(IOException.class);
    }

    @Test
    void aPreviewThatIsTooLargeOrHoldsTooLittleIsNone() throws IOException {
        byte[] shown = written(new PictureRead.Shown(new Preview(2, 2, new byte[12], 1)));
        for (int at : new int[] {1, 5, 9}) {
            byte[] lie = shown.clone();
            lie[at] = 0x7f;
            assertThatThrownBy(() -> read(lie, Wanted.PICTURE)).isInstanceOf(IOException.class);
        }
        byte[] larger = shown.clone();
        larger[4] = 3;
        assertThatThrownBy(() -> read(larger, Wanted.PICTURE)).isInstanceOf(IOException.class);
    }

    private static void assertSame(PictureRead found, PictureRead wanted) {
        Preview a = ((PictureRead.Shown) found).preview();
        Preview b = ((PictureRead.Shown) wanted).preview();
        assertThat(a.rgb()).isEqualTo(b.rgb());
        assertThat(a.width()).isEqualTo(b.width());
        assertThat(a.frames()).isEqualTo(b.frames());
    }

    private static byte[] written(PictureRead answer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Wire.writeAnswer(new DataOutputStream(bytes), answer);
        return bytes.toByteArray();
    }

    private static PictureRead read(byte[] answer, Wanted wanted) throws IOException {
        return Wire.readAnswer(new DataInputStream(new ByteArrayInputStream(answer)), SETTINGS, wanted);
    }
}
