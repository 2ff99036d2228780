package io.bulwark.perception.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An {@code [N, D]} fp32 matrix in native memory, in blocks of rows, freed by {@link #close()}. One thread at a time
 * multiplies; nobody multiplies once it is closed.
 */
public final class RowMatrix implements AutoCloseable {

    /** Bounds what a product takes: for 64 queries 4 MiB. */
    private static final int ROW_BLOCK = 16_384;

    private static final int SCANNED_ROWS = 256;

    private final int dimension;
    private final int size;
    private final NDManager memory = NDManager.newBaseManager(Device.cpu(), "PyTorch");
    /** Each {@code [rows of the block, D]}. */
    private final List<NDArray> blocks = new ArrayList<>();

    /**
     * Copies rows.
     *
     * @param rows each {@code [D]}
     */
    public RowMatrix(List<float[]> rows, int dimension) {
        this.dimension = dimension;
        this.size = rows.size();
        for (int from = 0; from < size; from += ROW_BLOCK) {
            List<float[]> block = rows.subList(from, Math.min(from + ROW_BLOCK, size));
            FloatBuffer values = FloatBuffer.allocate(block.size() * dimension);
            block.forEach(values::put);
            blocks.add(memory.create(values.array(), new Shape(block.size(), dimension)));
        }
    }

    /** Takes a part of a product. */
    @FunctionalInterface
    public interface Products {

        /**
         * @param products of some rows with each query, {@code [rows, count]} row-major; overwritten by the next part
         * @param rows how many
         * @param firstRow which is the first of them
         */
        void take(float[] products, int rows, int firstRow);
    }

    /**
     * Multiplies all rows with queries, some rows at a time in their order.
     *
     * @param queries {@code [count, D]} row-major
     * @param products told of each part, on this thread
     */
    public void multiply(float[] queries, int count, Products products) {
        float[] part = new float[Math.min(SCANNED_ROWS, size) * count];
        try (NDManager batch = memory.newSubManager()) {
            NDArray columns = batch.create(queries, new Shape(count, dimension)).transpose();
            int firstRow = 0;
            for (NDArray block : blocks) {
                int blockRows = (int) block.getShape().get(0);
                // Rows times queries, [rows, count]: the other way round takes 1.7 times as long.
                try (NDArray product = block.matMul(columns)) {
                    // libtorch's own memory, a few rows at a time: what is looked at is in the core's cache.
                    FloatBuffer all = product.toByteBuffer(true)
                            .order(ByteOrder.nativeOrder())
                            .asFloatBuffer();
                    for (int row = 0; row < blockRows; row += SCANNED_ROWS) {
                        int rows = Math.min(SCANNED_ROWS, blockRows - row);
                        all.get(part, 0, rows * count);
                        products.take(part, rows, firstRow + row);
                    }
                }
                firstRow += blockRows;
            }
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
