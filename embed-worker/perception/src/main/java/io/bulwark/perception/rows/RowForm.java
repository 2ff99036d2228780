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
        float[] read(int dimension, ShortBuffer high, int highAt, ByteBuffer low, int lowAt) {
            float[] row = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                row[i] = Float.intBitsToFloat((high.get(highAt + i) << 16) + low.getShort(lowAt + i * Short.BYTES));
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
        float[] read(int dimension, ShortBuffer high, int highAt, ByteBuffer low, int lowAt) {
            double length = low.getDouble(lowAt);
            float[] row = new float[dimension];
            for (int from = 0, at = lowAt + Double.BYTES; from < dimension; from += GROUP, at += GROUP_BYTES) {
                int differences = low.getShort(at) & 0xFFFF | (low.get(at + Short.BYTES) & 0xFF) << Short.SIZE;
                for (int i = 0; i < Math.min(GROUP, dimension - from); i++) {
                    int difference = ((differences >>> (3 * i)) & 7) - 4;
                    int bits = ((high.get(highAt + from + i) & 0xFFFF) << 3) + difference;
                    row[from + i] = (float) (Float.intBitsToFloat(bits << ZEROS) / length);
                }
            }
            return row;
        }
    };

    private static final int GROUP = 8;
    private static final int GROUP_BYTES = 3;
    private static final int ZEROS = 13;

    /** Bytes of a row beside its upper halves. */
    abstract int lowBytes(int dimension);

    abstract void write(SplitRow row, ShortBuffer high, int highAt, ByteBuffer low, int lowAt);

    /** The row that was written, bit for bit. */
    abstract float[] read(int dimension, ShortBuffer high, int highAt, ByteBuffer low, int lowAt);

    /**
     * A row as it is to be written.
     *
     * @param form that takes the least memory
     * @param values to be written
     * @param length what the values are to be divided by
     * @param error how far the upper halves are from the row: the length of the difference, rounded up
     */
    record SplitRow(RowForm form, float[] values, double length, double error) {

        private static final double UP = 1 + 1e-9;

        static SplitRow of(float[] row) {
            return HalvesOf.row(row)
                    .map(halves -> new SplitRow(
                            HALVES, halves, Length.of(halves, 0, halves.length), difference(row, halves)))
                    .orElseGet(() -> whole(row));
        }

        static SplitRow whole(float[] row) {
            return new SplitRow(WHOLE, row, 1, difference(row, row));
        }

        private static double difference(float[] row, float[] values) {
            double squares = 0;
            for (int i = 0; i < row.length; i++) {
                int upper = (Float.floatToRawIntBits(values[i]) + 0x8000) >>> 16 << 16;
                double difference = (double) row[i] - Float.intBitsToFloat(upper);
                squares += difference * difference;
            }
            return Math.sqrt(squares) * UP;
        }
    }
}
