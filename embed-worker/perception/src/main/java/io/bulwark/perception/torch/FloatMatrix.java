package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.bulwark.perception.encoder.BatchShapes.FastestCall;
import io.bulwark.perception.encoder.EncoderOptions;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.function.IntFunction;

/** Rows in fp32, searched by one product and the k largest of each query: a bank's peer in a benchmark. One thread. */
public final class FloatMatrix implements AutoCloseable {

    private final NDManager memory = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    private final NDArray matrix;

    /** @param rows by their numbers; together less than 2 GiB */
    public FloatMatrix(int count, int dimension, IntFunction<float[]> rows) {
        matrix = memory.create(new Shape(count, dimension), DataType.FLOAT32);
        FloatBuffer all =
                matrix.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
        for (int row = 0; row < count; row++) {
            all.put(row * dimension, rows.apply(row));
        }
    }

    /**
     * The rows of the k largest products of each query, as libtorch orders them.
     *
     * @param queries {@code [count, D]} row-major
     */
    public long[] nearest(float[] queries, int count, int k) {
        try (NDManager batch = memory.newSubManager()) {
            NDArray asked = batch.create(queries, new Shape(count, queries.length / count));
            NDArray products = asked.matMul(matrix.transpose());
            return products.topK(k, 1).get(1).toLongArray();
        }
    }

    @Override
    public void close() {
        memory.close();
    }

    /**
     * What this machine's libtorch multiplies at best: the bound that an encoder's speed is held against, measured in
     * the same run.
     */
    public static final class GemmPeak {

        private static final int SIDE = 2048;

        private GemmPeak() {}

        /**
         * Measures products of square fp32 matrices on the CPU.
         *
         * @param options whose threads are used
         * @param time to measure for
         * @return floating-point operations a second of the fastest product, a multiplication and an addition counted
         *     as two
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
                long fastest =
                        FastestCall.nanos(1, time, () -> left.matMul(right).close());
                return 2.0 * SIDE * SIDE * SIDE / fastest * 1e9;
            }
        }
    }
}
