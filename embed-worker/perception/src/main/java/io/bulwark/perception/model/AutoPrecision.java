package io.bulwark.perception.model;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.Encoder.EncoderException;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.torch.LoadedProgram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
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

    /** What this machine's CPU can do, as Linux reports it; elsewhere the least is assumed. */
    static final class Cpu {

        private static final Path INFO = Path.of("/proc/cpuinfo");

        private Cpu() {}

        /**
         * Whether oneDNN multiplies packed matrices of a type here, and natively; libtorch for other CPUs may be
         * without.
         */
        static boolean packs(ElementType type) {
            return switch (type) {
                case F32 -> Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
                case BF16 -> multipliesBf16();
                default -> false;
            };
        }

        /** What {@link #packs} says of a type on one CPU or another. */
        static List<Boolean> mayPack(ElementType type) {
            return type == ElementType.F32 || type == ElementType.BF16 ? List.of(false, true) : List.of(false);
        }

        /** Whether it is an x86 CPU that multiplies bfloat16 natively. */
        static boolean multipliesBf16() {
            return multipliesBf16(flags());
        }

        /** Whether ONNX Runtime convolves much faster here than XNNPACK in libtorch. */
        static boolean lacksAvx512() {
            return lacksAvx512(flags());
        }

        /** By its flags: an x86 CPU with AVX2 and FMA, and without AVX-512, for which XNNPACK has other kernels. */
        static boolean lacksAvx512(String flags) {
            return flags.contains(" avx2") && flags.contains(" fma") && !flags.contains(" avx512f");
        }

        /** As Linux tells them; empty elsewhere. */
        private static String flags() {
            try {
                return Files.isReadable(INFO) ? Files.readString(INFO) : "";
            } catch (IOException unknownCpu) {
                return "";
            }
        }

        /** By its flags: matrix units for bfloat16 are AMX and AVX512-BF16. */
        static boolean multipliesBf16(String flags) {
            return flags.contains(" amx_bf16") || flags.contains(" avx512_bf16");
        }
    }
}
