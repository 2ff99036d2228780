package io.bulwark.perception.rows;

/** Some rows of a snapshot, numbered from 0; those of one owner lie side by side. To be used while the snapshot is open. */
public final class RowView<T extends StoredRows> {

    private final SegmentView view;

    RowView(SegmentView view) {
        this.view = view;
    }

    public int size() {
        return view.used();
    }

    /** Whose a row is; null where it is nobody's any more. */
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

    /** The fp32 row that was stored, bit for bit: a copy. */
    public float[] exact(int row) {
        return view.segment().row(row);
    }

    SegmentView segment() {
        return view;
    }
}
