package io.bulwark.perception.model;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.torch.LoadedProgram;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.LoggerFactory;

/**
 * Chooses the precision of {@code auto}: the one that the device computes natively, kept only if on a warm-up batch every
 * embedding's cosine to fp32 is at least {@value #LEAST_COSINE}. A device that lacks it after all keeps fp32 as well.
 */
final class AutoPrecision {

    /** Below it an embedding is no longer the same one. */
    static final double LEAST_COSINE = 0.999;

    private static final int WARM_UP_IMAGES = 4;

    private AutoPrecision() {}

    /**
     * Opens an encoder in the precision chosen.
     *
     * @param opener loads the model in a precision; called once or twice
     */
    static Encoder open(EncoderOptions options, Function<Precision, Encoder> opener) {
        return open(LoadedProgram.onCpu(options) ? ofCpu(Cpu.multipliesBf16()) : Precision.FP16, opener);
    }

    static Encoder open(Precision candidate, Function<Precision, Encoder> opener) {
        Encoder exact = opener.apply(Precision.FP32);
        if (candidate == Precision.FP32) {
            return exact;
        }
        Encoder fast;
        try {
            fast = opener.apply(candidate);
        } catch (EncoderException refused) {
            warn(candidate, refused);
            return exact;
        }
        boolean agrees = agree(exact, fast);
        (agrees ? exact : fast).close();
        return agrees ? fast : exact;
    }

    private static void warn(Precision candidate, EncoderException refused) {
        LoggerFactory.getLogger(AutoPrecision.class)
                .warn("The device does not compute in {}; precision auto stays with fp32", candidate.label(), refused);
    }

    /** Without instructions for it bfloat16 is emulated, and slower than fp32. */
    static Precision ofCpu(boolean multipliesBf16) {
        return multipliesBf16 ? Precision.BF16 : Precision.FP32;
    }

    private static boolean agree(Encoder exact, Encoder fast) {
        ByteBuffer views = warmUp(exact.description().preprocess());
        Embeddings wanted = exact.embed(views, WARM_UP_IMAGES);
        Embeddings found;
        try {
            found = fast.embed(views, WARM_UP_IMAGES);
        } catch (EncoderException refused) {
            warn(Precision.labelled(fast.description().precision()), refused);
            return false;
        }
        // A NaN agrees with nothing.
        return IntStream.range(0, WARM_UP_IMAGES)
                .allMatch(image -> Cosine.similarity(wanted.embedding(image), found.embedding(image)) >= LEAST_COSINE);
    }

    /** Pictures from coarse blotches to noise: every scale that a photograph has. */
    private static ByteBuffer warmUp(PreprocessSpec spec) {
        ByteBuffer views = ByteBuffer.allocateDirect(WARM_UP_IMAGES * spec.height() * spec.width() * 3);
        for (int image = 0; image < WARM_UP_IMAGES; image++) {
            int grain = Math.max(1, spec.width() >> (2 * image + 1));
            int columns = spec.width() / grain + 1;
            byte[] blotches = new byte[(spec.height() / grain + 1) * columns * 3];
            new Random(image).nextBytes(blotches);
            for (int y = 0; y < spec.height(); y++) {
                for (int x = 0; x < spec.width(); x++) {
                    views.put(blotches, ((y / grain) * columns + x / grain) * 3, 3);
                }
            }
        }
        return views.flip();
    }
}
