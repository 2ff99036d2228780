package io.bulwark.perception.rows;

import io.bulwark.perception.safetensors.Halves;
import io.bulwark.perception.torch.RowBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The rows of a store at one moment. One thread at a time searches; any thread closes it when nobody searches. Closing it again
 * does nothing.
 */
public final class RowSnapshot<T extends StoredRows> implements AutoCloseable {

    private final int dimension;
    private final int rows;
    private final List<RowView<T>> views;

    RowSnapshot(int dimension, int rows, List<RowView<T>> views) {
        this.dimension = dimension;
        this.rows = rows;
        this.views = views;
    }

    /** Rows that are somebody's. */
    public int rows() {
        return rows;
    }

    /** All owners, in whatever order they lie. */
    public List<T> owners() {
        List<T> owners = new ArrayList<>();
        for (RowView<T> view : views) {
            for (int row = 0; row < view.size(); row++) {
                if (view.owner(row) != null && view.isFirst(row)) {
                    owners.add(view.owner(row));
                }
            }
        }
        return owners;
    }

    /**
     * Gives each of these owners with copies of its rows, the first of them first, in whatever order owners lie.
     *
     * @throws IllegalStateException if rows are asked for that are closed
     */
    public void forEach(Set<T> wanted, BiConsumer<T, List<float[]>> owners) {
        for (RowView<T> view : views) {
            int row = 0;
            while (row < view.size()) {
                T owner = view.owner(row);
                boolean given = owner != null && wanted.contains(owner);
                List<float[]> ofOwner = new ArrayList<>();
                do {
                    if (given) {
                        ofOwner.add(view.exact(row));
                    }
                    row++;
                } while (row < view.size() && !view.isFirst(row));
                if (given) {
                    owners.accept(owner, ofOwner);
                }
            }
        }
    }

    /** Takes estimates of products. */
    public interface Taker<T extends StoredRows> {

        /**
         * Asked before each view: of products about this, estimates are to say most. Any number, and infinite where that is
         * not known yet.
         */
        double about();

        void take(int query, Estimates<T> estimates);
    }

    /**
     * Estimates the product of each row with each query.
     *
     * @param queries {@code [count, dimension]} row-major, of lengths that are 1 within 0.01
     * @param taker told of one view after the other, and of each query in its order, on this thread
     * @throws IllegalStateException if rows are asked for that are closed
     */
    public void estimate(float[] queries, int count, Taker<T> taker) {
        float[] rounded = new float[count * dimension];
        SplitQuery[] split = new SplitQuery[count];
        Arrays.setAll(split, query -> SplitQuery.of(queries, query * dimension, dimension, rounded));
        double summing = RowBlock.summing(dimension);
        for (RowView<T> view : views) {
            float offset = offset(taker.about());
            SegmentView segment = view.segment();
            segment.block()
                    .multiply(
                            rounded,
                            count,
                            segment.used(),
                            offset,
                            (query, products) -> taker.take(
                                    query, new BfloatEstimates<>(view, products, offset, split[query], summing)));
        }
    }

    private static float offset(double about) {
        return RowBlock.addsFirst() && !Double.isInfinite(about)
                ? -Halves.fromBfloat(Halves.toBfloat((float) about))
                : 0;
    }

    @Override
    public void close() {
        views.forEach(RowView::close);
    }
}
