package io.bulwark.perception.rows;

import io.bulwark.perception.rows.Segment.SegmentView;
import java.util.concurrent.atomic.AtomicBoolean;

/** Some rows of a snapshot, numbered from 0; those of one owner lie side by side. Rows can be had while the snapshot is open. */
public final class RowView<T extends StoredRows> {

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
