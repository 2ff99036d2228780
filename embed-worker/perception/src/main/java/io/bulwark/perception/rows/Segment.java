package io.bulwark.perception.rows;

import io.bulwark.perception.rows.RowForm.SplitRow;
import io.bulwark.perception.torch.RowBlock;
import java.util.Arrays;

/**
 * Rows of one form that lie side by side, and whose they are. The store's thread writes; what a view shows is not written
 * again. Freed when the store and all snapshots have let it go.
 */
final class Segment {

    private final RowForm form;
    private final int dimension;
    private final RowBlock block;

    /** Whose each row is; null where it is nobody's any more. */
    private StoredRows[] owners;

    private boolean ownersAreSeen;
    private int used;
    private int alive;
    private final float[] scales;
    private final float[] errors;
    private float leastScale = Float.POSITIVE_INFINITY;
    private float mostScale;
    private float error;
    private SegmentView view; // null where it would no longer be right

    private int holders = 1; // guarded by this

    Segment(RowForm form, int dimension, int capacity) {
        this.form = form;
        this.dimension = dimension;
        block = new RowBlock(capacity, dimension, form.lowBytes(dimension));
        owners = new StoredRows[capacity];
        scales = new float[capacity];
        errors = new float[capacity];
    }

    RowForm form() {
        return form;
    }

    boolean hasRoom(int rows) {
        return used + rows <= block.rows();
    }

    /** Whether so much of it is gaps that emptying it pays. */
    boolean isSparse() {
        return (used - alive) * 4 >= used;
    }

    int used() {
        return used;
    }

    StoredRows owner(int slot) {
        return owners[slot];
    }

    /** Begins the rows of an owner. */
    void begin(StoredRows owner) {
        owner.segment = this;
        owner.slot = used;
        owner.count = 0;
    }

    void append(StoredRows owner, SplitRow row) {
        form.write(row, block.high(), used * dimension, block.low(), used * form.lowBytes(dimension));
        appended(owner, row.scale(), row.error());
    }

    /** Takes the rows of an owner from another segment of this form. */
    void take(StoredRows owner) {
        Segment from = owner.segment;
        int slot = owner.slot;
        int count = owner.count;
        begin(owner);
        int low = form.lowBytes(dimension);
        block.high().put(used * dimension, from.block.high(), slot * dimension, count * dimension);
        block.low().put(used * low, from.block.low(), slot * low, count * low);
        for (int i = slot; i < slot + count; i++) {
            appended(owner, from.scales[i], from.errors[i]);
        }
    }

    private void appended(StoredRows owner, float scale, float rowError) {
        scales[used] = scale;
        leastScale = Math.min(leastScale, scale);
        mostScale = Math.max(mostScale, scale);
        errors[used] = rowError;
        error = Math.max(error, rowError);
        owners[used++] = owner;
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
            view = new SegmentView(this, block, owners, used, scales, errors, leastScale, mostScale, error);
        }
        hold();
        return view;
    }

    float[] row(int slot) {
        return form.read(dimension, block.high(), slot * dimension, block.low(), slot * form.lowBytes(dimension));
    }

    void copy(int slot, RowReader.Copy copy) {
        copy.take(form, block.high(), slot * dimension, block.low(), slot * form.lowBytes(dimension));
    }

    /** Bytes of native memory that it has room for. */
    long bytes() {
        return (long) block.rows() * (dimension * Short.BYTES + form.lowBytes(dimension));
    }

    private synchronized void hold() {
        holders++;
    }

    synchronized void letGo() {
        if (--holders == 0) {
            block.close();
        }
    }
}
