package io.bulwark.perception.rows;

import io.bulwark.perception.metric.Length;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;

/** How a row lies in memory: the upper 16 bits of each element, rounded, and beside them what was rounded off. */
enum RowForm {

    /** Any fp32 row: the difference takes 16 bits. */
    WHOLE {
        @Override
        int lowBytes(int dimension) {
            return dimension * Short.BYTES;
        }

        @Override
        void write(SplitRow row, ShortBuffer high, int highAt, ByteBuffer low, int lowAt) {
            for (int i = 0; i < row.values().length; i++) {
                int bits = Float.floatToRawIntBits(row.values()[i]);
                int upper = (bits + 0x8000) >>> 16;
                high.put(highAt + i, (short) upper);
                low.putShort(lowAt + i * Short.BYTES, (short) (bits - (upper << 16)));
            }
        }

        @Override
        float[] read(short[] upper, ByteBuffer low) {
            float[] row = new float[upper.length];
            for (int i = 0; i < row.length; i++) {
                row[i] = Float.intBitsToFloat((upper[i] << 16) + low.getShort(i * Short.BYTES));
            }
            return row;
        }
    },

    /**
     * A row of halves that was divided by its length: the lowest 13 bits of such a value as fp32 are zero, so that the
     * difference takes three bits. Eight differences in three bytes, behind the length.
     */
    HALVES {
        @Override
        int lowBytes(int dimension) {
            return Double.BYTES + (dimension + GROUP - 1) / GROUP * GROUP_BYTES;
        }

        @Override
        void write(SplitRow row, ShortBuffer high, int highAt, ByteBuffer low, int lowAt) {
            low.putDouble(lowAt, row.length());
            float[] values = row.values();
            for (int from = 0, at = lowAt + Double.BYTES; from < values.length; from += GROUP, at += GROUP_BYTES) {
                int differences = 0;
                for (int i = 0; i < Math.min(GROUP, values.length - from); i++) {
                    int bits = Float.floatToRawIntBits(values[from + i]) >>> ZEROS;
                    int upper = (bits + 4) >>> 3;
                    high.put(highAt + from + i, (short) upper);
                    differences |= (bits - (upper << 3) + 4) << (3 * i);
                }
                low.putShort(at, (short) differences);
                low.put(at + Short.BYTES, (byte) (differences >>> Short.SIZE));
            }
        }

        @Override
        float[] read(short[] upper, ByteBuffer low) {
            double length = low.getDouble(0);
            float[] row = new float[upper.length];
            for (int from = 0, at = Double.BYTES; from < row.length; from += GROUP, at += GROUP_BYTES) {
                int differences = low.getShort(at) & 0xFFFF | (low.get(at + Short.BYTES) & 0xFF) << Short.SIZE;
                for (int i = from; i < Math.min(from + GROUP, row.length); i++, differences >>>= 3) {
                    int bits = ((upper[i] & 0xFFFF) << 3) + (differences & 7) - 4;
                    row[i] = (float) (Float.intBitsToFloat(bits << ZEROS) / length);
                }
            }
            return row;
        }
    };

    private static final int GROUP = 8;
    private static final int GROUP_BYTES = 3;
    private static final int ZEROS = 13;
    private static final double UP = 1 + 1e-9;
    /** How much farther from a row its halves may be than the row itself would be. */
    private static final double WIDER = 1.5;

    /** Bytes of a row beside its upper halves. */
    abstract int lowBytes(int dimension);

    abstract void write(SplitRow row, ShortBuffer high, int highAt, ByteBuffer low, int lowAt);

    /** The row that was written, bit for bit: out of copies, since each look into native memory is checked. */
    float[] read(int dimension, ShortBuffer high, int highAt, ByteBuffer low, int lowAt) {
        short[] upper = new short[dimension];
        high.get(highAt, upper);
        byte[] beside = new byte[lowBytes(dimension)];
        low.get(lowAt, beside);
        return read(upper, ByteBuffer.wrap(beside).order(low.order()));
    }

    abstract float[] read(short[] upper, ByteBuffer low);

    /**
     * A row as it is to be written.
     *
     * @param form that takes the least memory, unless it is much farther from the row
     * @param values to be written
     * @param length what the values are to be divided by
     * @param error how far the upper halves are from the row: the length of the difference, rounded up
     */
    record SplitRow(RowForm form, float[] values, double length, double error) {

        /** Halves far from length 1 would widen the error of all rows beside them. */
        static SplitRow of(float[] row) {
            SplitRow whole = whole(row);
            return HalvesOf.row(row)
                    .map(halves ->
                            new SplitRow(HALVES, halves, Length.of(halves, 0, halves.length), difference(row, halves)))
                    .filter(split -> split.error() <= WIDER * whole.error())
                    .orElse(whole);
        }

        static SplitRow whole(float[] row) {
            return new SplitRow(WHOLE, row, 1, difference(row, row));
        }

        private static double difference(float[] row, float[] values) {
            short[] upper = new short[values.length];
            for (int i = 0; i < upper.length; i++) {
                upper[i] = (short) ((Float.floatToRawIntBits(values[i]) + 0x8000) >>> 16);
            }
            return apart(row, upper);
        }
    }

    /** How far upper halves are from a row: the length of the difference, rounded up. */
    static double apart(float[] row, short[] upper) {
        double squares = 0;
        for (int i = 0; i < row.length; i++) {
            double difference = (double) row[i] - Float.intBitsToFloat(upper[i] << 16);
            squares += difference * difference;
        }
        return Math.sqrt(squares) * UP;
    }
}
