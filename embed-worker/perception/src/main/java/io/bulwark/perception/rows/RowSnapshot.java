package io.bulwark.perception.rows;

import io.bulwark.perception.rows.RowStore.StoredRows;
import io.bulwark.perception.rows.Segment.SegmentView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The rows of a store at one moment. One thread at a time searches; any thread closes it when no search runs. Closing
 * it again does nothing.
 */
public final class RowSnapshot<T extends StoredRows> implements AutoCloseable {

    /** Sketches may leave one row of this many; if they leave more, whole rows are multiplied. */
    private static final int LEAST_RULED_OUT = 16;

    private final int dimension;
    private final int rows;
    private final List<RowView<T>> views;

    RowSnapshot(int dimension, int rows, List<RowView<T>> views) {
        this.dimension = dimension;
        this.rows = rows;
        this.views = views;
    }

    /** Rows that have an owner. */
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
        AskedRows asked = AskedRows.of(queries, count, dimension);
        for (RowView<T> view : views) {
            asked.multiply(view, view.segment().rows(), taker.about(), taker::take);
        }
    }

    /** Takes rows, any number of them. */
    @FunctionalInterface
    public interface Reached<T extends StoredRows> {

        /**
         * @param query its number, from 0
         * @param row with an owner, its number in this view
         */
        void take(int query, RowView<T> view, int row);
    }

    /**
     * Finds each row whose product with a query is this much or more, and others that the bound cannot separate from
     * these.
     *
     * @param queries {@code [count, dimension]} row-major, of lengths that are 1 within 0.01
     * @param wanted a product, in [-1, 1]
     * @param reached called with each once, on this thread, in any order
     * @throws IllegalStateException if rows are asked for that are closed
     */
    public void reaching(float[] queries, int count, double wanted, Reached<T> reached) {
        AskedRows asked = AskedRows.of(queries, count, dimension);
        for (RowView<T> view : views) {
            if (!reachingBySketch(view, queries, asked, wanted, reached)) {
                asked.<T>multiply(
                        view,
                        view.segment().rows(),
                        wanted,
                        (query, estimates) -> reaching(estimates, wanted, row -> reached.take(query, view, row)));
            }
        }
    }

    /** False, without a call, where there are no sketches or they rule out too few. */
    private boolean reachingBySketch(
            RowView<T> view, float[] queries, AskedRows asked, double wanted, Reached<T> reached) {
        int count = asked.split().length;
        Optional<Sketch.View> sketch = view.segment().sketch();
        if (sketch.isEmpty()) {
            return false;
        }
        List<int[]> left = new ArrayList<>();
        long[] leaves = new long[1];
        AskedRows.of(sketch.get().of(queries, dimension, asked), count, Sketch.DIMENSION)
                .<T>multiply(view, sketch.get().rows(), wanted, (query, estimates) -> {
                    IntStream.Builder some = IntStream.builder();
                    reaching(estimates, wanted, some);
                    left.add(some.build().toArray());
                    leaves[0] += left.get(query).length;
                });
        if (leaves[0] * LEAST_RULED_OUT > (long) count * view.size()) {
            return false;
        }
        for (int query = 0; query < count; query++) {
            for (int row : left.get(query)) {
                reached.take(query, view, row);
            }
        }
        return true;
    }

    private static <T extends StoredRows> void reaching(Estimates<T> estimates, double wanted, IntConsumer rows) {
        RowView<T> view = estimates.view();
        float cut = estimates.cut(wanted);
        for (int row = 0; row < view.size(); row++) {
            if (estimates.told(row) >= cut && view.owner(row) != null && estimates.mayReach(row, wanted)) {
                rows.accept(row);
            }
        }
    }

    @Override
    public void close() {
        views.forEach(RowView::close);
    }

    /**
     * What estimated products of one query with the rows of a view say of the exact ones, in double precision or
     * rounded to fp32. Valid until the callback that received it returns. One thread.
     */
    public interface Estimates<T extends StoredRows> {

        RowView<T> view();

        /** A row's estimate, to be compared with {@link #cut}. */
        float told(int row);

        /** Every row whose estimate is lower than this has a product below {@code wanted}. */
        float cut(double wanted);

        /** Whether a row's product may be {@code wanted} or more, by what is known of this row. */
        boolean mayReach(int row, double wanted);

        /** A row's product is at least this. */
        double least(int row);

        /** A row's product is at most this. */
        double most(int row);
    }

    /**
     * Some rows of a snapshot, numbered from 0; those of one owner lie side by side. Rows can be had while the snapshot
     * is open.
     */
    public static final class RowView<T extends StoredRows> {

        private final SegmentView view;
        private final AtomicBoolean closed = new AtomicBoolean();

        RowView(SegmentView view) {
            this.view = view;
        }

        public int size() {
            return view.rows().used();
        }

        /** Whose a row is; null where it has no owner any more. */
        @SuppressWarnings("unchecked") // only a store of T fills a segment
        public T owner(int row) {
            return (T) view.owners()[row];
        }

        /** Whether a row is the first of its owner's. */
        public boolean isFirst(int row) {
            return row == 0 || view.owners()[row - 1] != view.owners()[row];
        }

        /** The first of the rows of the owner of this one. */
        public int first(int row) {
            int first = row;
            while (!isFirst(first)) {
                first--;
            }
            return first;
        }

        /**
         * The fp32 row that was stored, bit for bit: a copy.
         *
         * @throws IllegalStateException if the snapshot is closed
         */
        public float[] exact(int row) {
            checkOpen();
            return view.segment().row(row);
        }

        void copy(int row, RowReader.Copy copy) {
            checkOpen();
            view.segment().copy(row, copy);
        }

        /** @throws IllegalStateException if the snapshot is closed */
        SegmentView segment() {
            checkOpen();
            return view;
        }

        /** The memory may be another's by now. */
        private void checkOpen() {
            if (closed.get()) {
                throw new IllegalStateException("The snapshot of these rows is closed: use the one that replaced it");
            }
        }

        void close() {
            if (!closed.getAndSet(true)) {
                view.segment().letGo();
            }
        }
    }
}
