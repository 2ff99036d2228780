package io.bulwark.perception.rows;

import io.bulwark.perception.safetensors.Halves;
import io.bulwark.perception.torch.RowBlock;
import java.util.ArrayList;
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
    @FunctionalInterface
    public interface Estimates<T extends StoredRows> {

        /**
         * @param query which
         * @param estimates of its product with each row of the view, the first of the array; overwritten afterwards
         * @param view some rows
         * @param error as {@link Estimate} wants it
         */
        void take(int query, float[] estimates, RowView<T> view, double error);
    }

    /**
     * Estimates the product of each row with each query.
     *
     * @param queries {@code [count, dimension]} row-major, of lengths that are 1 within 0.01
     * @param estimates told of some rows after the others, and of each query in its order, on this thread
     * @throws IllegalStateException if rows are asked for that are closed
     */
    public void estimate(float[] queries, int count, Estimates<T> estimates) {
        double[] queryErrors = new double[count];
        for (int query = 0; query < count; query++) {
            queryErrors[query] = roundingError(queries, query * dimension);
        }
        for (RowView<T> view : views) {
            SegmentView segment = view.segment();
            segment.block()
                    .multiply(
                            queries,
                            count,
                            segment.used(),
                            (query, products) -> estimates.take(
                                    query,
                                    products,
                                    view,
                                    RowBlock.error(dimension, segment.error(), queryErrors[query])));
        }
    }

    private double roundingError(float[] queries, int from) {
        double squares = 0;
        for (int i = from; i < from + dimension; i++) {
            double difference = (double) queries[i] - Halves.fromBfloat(Halves.toBfloat(queries[i]));
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }

    @Override
    public void close() {
        views.forEach(RowView::close);
    }
}
