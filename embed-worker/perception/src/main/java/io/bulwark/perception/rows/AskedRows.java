package io.bulwark.perception.rows;

import io.bulwark.perception.safetensors.Halves;
import io.bulwark.perception.torch.RowBlock;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Queries as they are multiplied.
 *
 * @param rounded {@code [count, D]} in bf16
 * @param split what is to be known of each
 * @param summing what summing a product may be off
 */
record AskedRows(float[] rounded, SplitQuery[] split, double summing) {

    /** @param queries {@code [count, dimension]} row-major, of lengths that are 1 within 0.01 */
    static AskedRows of(float[] queries, int count, int dimension) {
        float[] rounded = new float[count * dimension];
        SplitQuery[] split = new SplitQuery[count];
        Arrays.setAll(split, query -> SplitQuery.of(queries, query * dimension, dimension, rounded));
        return new AskedRows(rounded, split, RowBlock.summing(dimension));
    }

    /**
     * Multiplies them with rows.
     *
     * @param view whose rows they are
     * @param rows its own, or their sketches
     * @param about the products that estimates are to say most of; infinite where that is not known
     * @param taker told of each query in its order
     */
    <T extends StoredRows> void multiply(
            RowView<T> view, RoundedRows.View rows, double about, BiConsumer<Integer, Estimates<T>> taker) {
        float offset = offset(about);
        rows.block()
                .multiply(
                        rounded,
                        split.length,
                        rows.used(),
                        offset,
                        (query, products) -> taker.accept(
                                query, new BfloatEstimates<>(view, rows, products, offset, split[query], summing)));
    }

    private static float offset(double about) {
        return RowBlock.addsFirst() && !Double.isInfinite(about)
                ? -Halves.fromBfloat(Halves.toBfloat((float) about))
                : 0;
    }
}
