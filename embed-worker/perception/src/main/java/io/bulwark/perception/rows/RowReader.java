package io.bulwark.perception.rows;

import io.bulwark.perception.rows.RowSnapshot.RowView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Arrays;

/**
 * Reads row after row into the same memory, and multiplies a row that is the one before only once. One thread, and one query: a
 * new one begins with {@link #ask}.
 */
public final class RowReader {

    /** A row is rounded to fp32, which a product here knows nothing of. */
    private static final double ERROR = 0x1p-22;

    private final double[] query;
    private Copy current;
    private Copy before;
    private double product; // NaN before the first
    private boolean again;

    /** @param dimension elements of a row */
    public RowReader(int dimension) {
        query = new double[dimension];
        current = new Copy(dimension);
        before = new Copy(dimension);
    }

    /**
     * Begins with a query.
     *
     * @param from where its elements begin; its length is about 1
     */
    public void ask(float[] queries, int from) {
        for (int i = 0; i < query.length; i++) {
            query[i] = queries[from + i];
        }
        product = Double.NaN;
    }

    /**
     * The product of a row and the query, within {@link #error}: as exact as a plain loop's but for what makes that loop's
     * answer one number and not its neighbour, and several times as fast.
     *
     * @throws IllegalStateException if the snapshot is closed
     */
    public double product(RowView<?> view, int row) {
        view.copy(row, current);
        again = !Double.isNaN(product) && current.equals(before);
        if (!again) {
            product = current.product(query);
        }
        Copy last = current;
        current = before;
        before = last;
        return product;
    }

    /** Whether the last product's row was the same as that of the product before, bit for bit. */
    public boolean again() {
        return again;
    }

    /** How far a product may be from that of the fp32 row, rounded to fp32. */
    public static double error() {
        return ERROR;
    }

    /** A row as it is stored. */
    static final class Copy {

        private final short[] upper;
        private final byte[] low;
        private final ByteBuffer lows;
        private RowForm form;

        Copy(int dimension) {
            upper = new short[dimension];
            low = new byte[Math.max(RowForm.WHOLE.lowBytes(dimension), RowForm.HALVES.lowBytes(dimension))];
            lows = ByteBuffer.wrap(low).order(ByteOrder.nativeOrder());
        }

        void take(RowForm form, ShortBuffer high, int highAt, ByteBuffer low, int lowAt) {
            this.form = form;
            high.get(highAt, upper);
            low.get(lowAt, this.low, 0, form.lowBytes(upper.length));
        }

        private double product(double[] query) {
            return form.product(upper, lows, query);
        }

        private boolean equals(Copy other) {
            int bytes = form.lowBytes(upper.length);
            return form == other.form
                    && Arrays.equals(upper, other.upper)
                    && Arrays.equals(low, 0, bytes, other.low, 0, bytes);
        }
    }
}
