package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
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
}
