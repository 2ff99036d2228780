package io.bulwark.perception.rows;

import io.bulwark.perception.rows.RowForm.SplitRow;
import io.bulwark.perception.rows.RowStore.StoredRows;
import java.util.Arrays;
import java.util.Optional;

/**
 * Rows of one form that lie side by side, and whose they are. The store's thread writes; what a view shows is not written
 * again. Freed when the store and all snapshots have let it go.
 */
final class Segment {

    private final RoundedRows rows;
    private final Optional<Sketch> sketch;

    /** Whose each row is; null where it has no owner any more. */
    private StoredRows[] owners;

    private boolean ownersAreSeen;
    private int alive;
    private SegmentView view; // null where it would no longer be right

    private int holders = 1; // guarded by this

    /** @param sketch of the rows, with room for as many; closed with this */
    Segment(RoundedRows rows, Optional<Sketch> sketch) {
        this.rows = rows;
        this.sketch = sketch;
        owners = new StoredRows[rows.capacity()];
    }

    RowForm form() {
        return rows.form();
    }

    boolean hasRoom(int count) {
        return rows.used() + count <= rows.capacity();
    }

    /** Whether so much of it is gaps that emptying it pays. */
    boolean isSparse() {
        return (rows.used() - alive) * 4 >= rows.used();
    }

    int used() {
        return rows.used();
    }

    StoredRows owner(int slot) {
        return owners[slot];
    }

    /** Begins the rows of an owner. */
    void begin(StoredRows owner) {
        owner.segment = this;
        owner.slot = rows.used();
        owner.count = 0;
    }

    void append(StoredRows owner, SplitRow row) {
        rows.add(row);
        appended(owner);
    }

    /** Takes the rows of an owner from another segment of this form. */
    void take(StoredRows owner) {
        Segment from = owner.segment;
        int slot = owner.slot;
        int count = owner.count;
        begin(owner);
        for (int i = slot; i < slot + count; i++) {
            rows.add(from.rows, i);
            appended(owner);
        }
    }

    private void appended(StoredRows owner) {
        int slot = rows.used() - 1;
        sketch.ifPresent(sketches -> sketches.add(row(slot)));
        owners[slot] = owner;
        owner.count++;
        alive++;
        view = null;
    }

    void remove(StoredRows owner) {
        if (ownersAreSeen) {
            owners = owners.clone();
            ownersAreSeen = false;
        }
        Arrays.fill(owners, owner.slot, owner.slot + owner.count, null);
        alive -= owner.count;
        view = null;
    }

    /** What is there now; the caller lets the segment go. */
    SegmentView view() {
        if (view == null) {
            ownersAreSeen = true;
            view = new SegmentView(this, owners, rows.view(), sketch.map(Sketch::view));
        }
        hold();
        return view;
    }

    float[] row(int slot) {
        return rows.row(slot);
    }

    void copy(int slot, RowReader.Copy copy) {
        rows.copy(slot, copy);
    }

    /** Bytes of native memory that it has room for. */
    long bytes() {
        return rows.bytes() + sketch.map(Sketch::bytes).orElse(0L);
    }

    private synchronized void hold() {
        holders++;
    }

    synchronized void letGo() {
        if (--holders == 0) {
            rows.close();
            sketch.ifPresent(Sketch::close);
        }
    }

    /**
     * The rows of a segment at one moment.
     *
     * @param owners whose each is; null where it has no owner
     * @param sketch of each row, where the segment has sketches
     */
    record SegmentView(Segment segment, StoredRows[] owners, RoundedRows.View rows, Optional<Sketch.View> sketch) {}
}
