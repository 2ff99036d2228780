package io.bulwark.perception.rows;

import io.bulwark.perception.rows.RowForm.SplitRow;
import io.bulwark.perception.torch.RowBlock;

/** Rows of one form side by side in native memory, and how far bf16 is from each. The store's thread writes, after what is there. */
final class RoundedRows implements AutoCloseable {

    private final RowForm form;
    private final int dimension;
    private final RowBlock block;
    private final float[] scales;
    private final float[] errors;
    private float leastScale = Float.POSITIVE_INFINITY;
    private float mostScale;
    private float error;
    private int used;

    RoundedRows(RowForm form, int dimension, int capacity) {
        this.form = form;
        this.dimension = dimension;
        block = new RowBlock(capacity, dimension, form.lowBytes(dimension));
        scales = new float[capacity];
        errors = new float[capacity];
    }

    /**
     * The rows at one moment.
     *
     * @param used how many there are
     * @param scales what each row in bf16 is to be multiplied with to come nearest to the exact one, at a right angle to it
     * @param errors how far it is from it then, rounded up
     * @param leastScale the smallest of all
     * @param mostScale the largest of all
     * @param error the largest of all
     */
    record View(
            RowBlock block, int used, float[] scales, float[] errors, float leastScale, float mostScale, float error) {}

    View view() {
        return new View(block, used, scales, errors, leastScale, mostScale, error);
    }

    RowForm form() {
        return form;
    }

    int used() {
        return used;
    }

    int capacity() {
        return block.rows();
    }

    void add(SplitRow row) {
        form.write(row, block.high(), used * dimension, block.low(), used * form.lowBytes(dimension));
        added(row.scale(), row.error());
    }

    /** Adds one of others that have this form. */
    void add(RoundedRows from, int slot) {
        int low = form.lowBytes(dimension);
        block.high().put(used * dimension, from.block.high(), slot * dimension, dimension);
        block.low().put(used * low, from.block.low(), slot * low, low);
        added(from.scales[slot], from.errors[slot]);
    }

    private void added(float scale, float rowError) {
        scales[used] = scale;
        leastScale = Math.min(leastScale, scale);
        mostScale = Math.max(mostScale, scale);
        errors[used++] = rowError;
        error = Math.max(error, rowError);
    }

    float[] row(int slot) {
        return form.read(dimension, block.high(), slot * dimension, block.low(), slot * form.lowBytes(dimension));
    }

    void copy(int slot, RowReader.Copy copy) {
        copy.take(form, block.high(), slot * dimension, block.low(), slot * form.lowBytes(dimension));
    }

    /** Bytes of native memory that there is room for. */
    long bytes() {
        return (long) block.rows() * (dimension * Short.BYTES + form.lowBytes(dimension));
    }

    @Override
    public void close() {
        block.close();
    }
}
