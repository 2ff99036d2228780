package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.bulwark.perception.encoder.BatchShapes.FastestCall;
import io.bulwark.perception.encoder.EncoderOptions;
import java.time.Duration;

/**
 * What this machine's libtorch multiplies at best: the bound that an encoder's speed is held against, measured in the
 * same run.
 */
public final class GemmPeak {

    private static final int SIDE = 2048;

    private GemmPeak() {}

    /**
     * Measures products of square fp32 matrices on the CPU.
     *
     * @param options whose threads are used
     * @param time to measure for
     * @return floating-point operations a second of the fastest product, a multiplication and an addition counted as two
     */
    public static double fp32(EncoderOptions options, Duration time) {
        // Asked for its side effect: it loads the native library.
        LoadedProgram.gpus();
        if (options.threads() > 0) {
            JniUtils.setNumThreads(options.threads());
        }
        try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            NDArray left = manager.randomUniform(-1, 1, new Shape(SIDE, SIDE));
            NDArray right = manager.randomUniform(-1, 1, new Shape(SIDE, SIDE));
            long fastest = FastestCall.nanos(1, time, () -> left.matMul(right).close());
            return 2.0 * SIDE * SIDE * SIDE / fastest * 1e9;
        }
    }
}
