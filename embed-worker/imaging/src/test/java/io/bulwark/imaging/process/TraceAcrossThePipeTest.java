package io.bulwark.imaging.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.Wire.Wanted;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a decoder's process says of hidden pictures: the worker believes no number that it has not checked. */
class TraceAcrossThePipeTest {

    private static final ScalingTrace TRACE = new ScalingTrace(0.5, 0.75, 224, 223, "whole");
    private static final View VIEW = new View("whole", new byte[4 * 4 * 3]);

    @Test
    void a_trace_arrives_as_it_was_found() throws IOException {
        assertThat(scaling(read(seen(Optional.of(TRACE)), true))).contains(TRACE);
        assertThat(scaling(read(seen(Optional.empty()), true))).isEmpty();
    }

    @Test
    void a_trace_that_nobody_asked_for_is_no_answer() throws IOException {
        byte[] answer = seen(Optional.of(TRACE));

        assertThatThrownBy(() -> read(answer, false)).isInstanceOf(IOException.class);
        assertThat(scaling(read(seen(Optional.empty()), false))).isEmpty();
    }

    @Test
    void a_trace_with_impossible_numbers_is_no_answer() throws IOException {
        byte[] answer = seen(Optional.of(TRACE));
        int spectrum = indexOf(answer, 0.5);

        for (double lie : new double[] {Double.NaN, -0.1, 1.1, Double.POSITIVE_INFINITY}) {
            byte[] changed = answer.clone();
            ByteBuffer.wrap(changed).putDouble(spectrum, lie);
            assertThatThrownBy(() -> read(changed, true)).isInstanceOf(IOException.class);
        }
        byte[] noSize = answer.clone();
        ByteBuffer.wrap(noSize).putInt(spectrum + 2 * Double.BYTES, 0);
        assertThatThrownBy(() -> read(noSize, true)).isInstanceOf(IOException.class);
    }

    @Test
    void processes_that_look_for_other_things_do_not_agree() {
        assertThat(settings(true).fingerprint()).isNotEqualTo(settings(false).fingerprint());
    }

    private static int indexOf(byte[] bytes, double wanted) {
        int at = 0;
        while (ByteBuffer.wrap(bytes).getDouble(at) != wanted) {
            at++;
        }
        return at;
    }

    private static Optional<ScalingTrace> scaling(PictureRead read) {
        return ((PictureRead.Seen) read).scaling();
    }

    private static byte[] seen(Optional<ScalingTrace> trace) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<View> views = List.of(VIEW);
        Wire.writeAnswer(
                new DataOutputStream(bytes),
                new PictureRead.Seen(views, views, List.of(), trace, Duration.ZERO, Duration.ZERO));
        return bytes.toByteArray();
    }

    private static PictureRead read(byte[] answer, boolean scaling) throws IOException {
        return Wire.readAnswer(new DataInputStream(new ByteArrayInputStream(answer)), settings(scaling), Wanted.VIEWS);
    }

    private static ReaderSettings settings(boolean scaling) {
        return new ReaderSettings(
                DecodeLimits.standard(),
                JpegReduction.none(),
                HeifCommand.none(),
                PreprocessSpec.unit(4, Interpolation.BILINEAR),
                null,
                ViewPolicy.COVER,
                ModerationOptions.standard(),
                scaling);
    }
}
