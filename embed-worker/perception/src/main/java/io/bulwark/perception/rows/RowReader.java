package io.bulwark.perception.rows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads row after row into the same memory. One thread. */
public final class RowReader {

    /** A row is rounded to fp32, which a product here knows nothing of. */
    private static final double ERROR = 0x1p-22;

    private final short[] upper;
    private final ByteBuffer low;

    /** @param dimension elements of a row */
    public RowReader(int dimension) {
        upper = new short[dimension];
        int most = 0;
        for (RowForm form : RowForm.values()) {
            most = Math.max(most, form.lowBytes(dimension));
        }
        low = ByteBuffer.allocate(most).order(ByteOrder.nativeOrder());
    }

    /**
     * The product of a row and a query of about unit length, within {@link #error}: as exact as a plain loop's but for what
     * makes that loop's answer one number and not its neighbour, and several times as fast.
     *
     * @throws IllegalStateException if the snapshot is closed
     */
    public double product(RowView<?> view, int row, double[] query) {
        return view.product(row, this, query);
    }

    /** How far a product may be from that of the fp32 row, rounded to fp32. */
    public static double error() {
        return ERROR;
    }

    short[] upper() {
        return upper;
    }

    ByteBuffer low() {
        return low;
    }
}
