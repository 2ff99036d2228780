package io.bulwark.perception.encoder;

import io.bulwark.perception.torchscript.TorchScriptLinker.LinkCache;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How an encoder is opened.
 *
 * @param device {@code cpu}, {@code cuda:N}, or {@code auto}: the first CUDA device where there is one
 * @param threads threads within one operation, for the whole process; -1 leaves libtorch's own choice (the cores)
 * @param precision of the encoder's body; heads are always fp32
 * @param engine what infers on a CPU
 * @param cache folder of linked archives
 */
public record EncoderOptions(String device, int threads, Precision precision, Engine engine, Path cache) {

    /** The environment variable that {@link #defaults()} takes the engine from. */
    private static final String ENGINE = "BULWARK_ENCODER_ENGINE";

    /** What runs a network on a CPU. Embeddings of one and the other agree to 1e-5 and have the same fingerprint. */
    public enum Engine {
        LIBTORCH,
        /** ONNX Runtime for models that can be had as its graph, which is EfficientNet-Lite0 in fp32; libtorch for others. */
        ONNXRUNTIME,
        /** ONNX Runtime where it is much faster: as that, on x86 with AVX2 and without AVX-512. */
        AUTO;

        /** The name in settings: {@code onnxruntime}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The engine of that label.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Engine labelled(String label) {
            for (Engine engine : values()) {
                if (engine.label().equals(label)) {
                    return engine;
                }
            }
            throw new IllegalArgumentException("engine '" + label + "' is not one of libtorch, onnxruntime, auto");
        }
    }

    /** Number formats of the encoder's body. */
    public enum Precision {
        /**
         * For gradients alone, where rounding must decide nothing: the sign of a slope near zero, say, by which two runs
         * of an attack part. No setting, and no encoder infers in it.
         */
        FP64,
        FP32,
        BF16,
        FP16,
        /** The fastest that the device computes natively and that agrees with fp32. */
        AUTO;

        /** The name in settings and descriptions: {@code fp32}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The precision of that label.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Precision labelled(String label) {
            for (Precision precision : values()) {
                if (precision != FP64 && precision.label().equals(label)) {
                    return precision;
                }
            }
            throw new IllegalArgumentException("precision '" + label + "' is not one of fp32, bf16, fp16, auto");
        }
    }

    public EncoderOptions {
        if (threads == 0 || threads < -1) {
            throw new IllegalArgumentException(
                    "threads is %d; allowed are 1 and more, or -1 to leave it to libtorch".formatted(threads));
        }
        if (!device.matches("auto|cpu|cuda:\\d+")) {
            throw new IllegalArgumentException("device '%s' is not auto, cpu or cuda:N".formatted(device));
        }
    }

    /**
     * CPU, fp32, one thread, the engine that {@code $BULWARK_ENCODER_ENGINE} names, the configured cache. Operations of several threads wait for each other wherever another
     * program has a core: 11 to 35 files a minute with two threads, 441 with one.
     */
    public static EncoderOptions defaults() {
        String engine = System.getenv().getOrDefault(ENGINE, "");
        return new EncoderOptions(
                "cpu", 1, Precision.FP32, engine.isBlank() ? Engine.AUTO : Engine.labelled(engine), LinkCache.folder());
    }

    /** As {@link #defaults}, on the first CUDA device where there is one: for experiments, which take hours. */
    public static EncoderOptions onFirstDevice() {
        return defaults().withDevice("auto");
    }

    public EncoderOptions withDevice(String name) {
        return new EncoderOptions(name, threads, precision, engine, cache);
    }

    public EncoderOptions withThreads(int count) {
        return new EncoderOptions(device, count, precision, engine, cache);
    }

    public EncoderOptions withPrecision(Precision other) {
        return new EncoderOptions(device, threads, other, engine, cache);
    }

    public EncoderOptions withEngine(Engine other) {
        return new EncoderOptions(device, threads, precision, other, cache);
    }

    public EncoderOptions withCache(Path folder) {
        return new EncoderOptions(device, threads, precision, engine, folder);
    }
}
