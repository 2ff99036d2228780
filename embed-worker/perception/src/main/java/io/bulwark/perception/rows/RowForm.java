package io.bulwark.perception.rows;

import io.bulwark.perception.metric.Cosine.Length;
import io.bulwark.perception.safetensors.ElementType.Halves;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.Optional;

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
        double product(short[] upper, ByteBuffer low, double[] query) {
            short[] lower = new short[upper.length];
            low.asShortBuffer().get(0, lower);
            // Four sums: each addition waits for the one before.
            double first = 0;
            double second = 0;
            double third = 0;
            double fourth = 0;
            int i = 0;
            for (; i + 3 < query.length; i += 4) {
                first += query[i] * whole(upper[i], lower[i]);
                second += query[i + 1] * whole(upper[i + 1], lower[i + 1]);
                third += query[i + 2] * whole(upper[i + 2], lower[i + 2]);
                fourth += query[i + 3] * whole(upper[i + 3], lower[i + 3]);
            }
            for (; i < query.length; i++) {
                first += query[i] * whole(upper[i], lower[i]);
            }
            return first + second + (third + fourth);
        }

        private float whole(short upper, short lower) {
            return Float.intBitsToFloat((upper << 16) + lower);
        }

        @Override
        float[] read(short[] upper, ByteBuffer low) {
            float[] row = new float[upper.length];
            for (int i = 0; i < row.length; i++) {
                row[i] = whole(upper[i], low.getShort(i * Short.BYTES));
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
        double product(short[] upper, ByteBuffer low, double[] query) {
            // Four sums, as above.
            double first = 0;
            double second = 0;
            double third = 0;
            double fourth = 0;
            int whole = query.length - query.length % GROUP;
            int at = Double.BYTES;
            for (int i = 0; i < whole; i += GROUP, at += GROUP_BYTES) {
                int differences = differences(low, at);
                first += query[i] * half(upper[i], differences);
                second += query[i + 1] * half(upper[i + 1], differences >>> 3);
                third += query[i + 2] * half(upper[i + 2], differences >>> 6);
                fourth += query[i + 3] * half(upper[i + 3], differences >>> 9);
                first += query[i + 4] * half(upper[i + 4], differences >>> 12);
                second += query[i + 5] * half(upper[i + 5], differences >>> 15);
                third += query[i + 6] * half(upper[i + 6], differences >>> 18);
                fourth += query[i + 7] * half(upper[i + 7], differences >>> 21);
            }
            for (int i = whole; i < query.length; i++) {
                first += query[i] * half(upper[i], differences(low, at) >>> (3 * (i - whole)));
            }
            return (first + second + (third + fourth)) / low.getDouble(0);
        }

        @Override
        float[] read(short[] upper, ByteBuffer low) {
            double length = low.getDouble(0);
            float[] row = new float[upper.length];
            for (int from = 0, at = Double.BYTES; from < row.length; from += GROUP, at += GROUP_BYTES) {
                int differences = differences(low, at);
                for (int i = from; i < Math.min(from + GROUP, row.length); i++, differences >>>= 3) {
                    row[i] = (float) (half(upper[i], differences) / length);
                }
            }
            return row;
        }

        private int differences(ByteBuffer low, int at) {
            return low.getShort(at) & 0xFFFF | (low.get(at + Short.BYTES) & 0xFF) << Short.SIZE;
        }

        private float half(short upper, int differences) {
            return Float.intBitsToFloat(((upper & 0xFFFF) << 3) + (differences & 7) - 4 << ZEROS);
        }
    };

    private static final int GROUP = 8;
    private static final int GROUP_BYTES = 3;
    private static final int ZEROS = 13;

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

    /** The row's product with a query, as exact as double precision is but for the rounding of its elements to fp32. */
    abstract double product(short[] upper, ByteBuffer low, double[] query);

    /**
     * A row as it is to be written.
     *
     * @param form that takes the least memory
     * @param values to be written
     * @param length what the values are to be divided by
     * @param scale what their upper halves are to be multiplied with, so that what is missing is at a right angle to the row
     * @param error length of what is missing then, rounded up
     */
    record SplitRow(RowForm form, float[] values, double length, float scale, float error) {

        static SplitRow of(float[] row) {
            return HalvesOf.row(row)
                    .map(halves -> of(HALVES, row, halves, Length.of(halves, 0, halves.length)))
                    .orElseGet(() -> whole(row));
        }

        static SplitRow whole(float[] row) {
            return of(WHOLE, row, row, 1);
        }

        private static SplitRow of(RowForm form, float[] row, float[] values, double length) {
            double own = 0;
            double both = 0;
            for (int i = 0; i < row.length; i++) {
                own += (double) row[i] * row[i];
                both += (double) row[i] * upper(values[i]);
            }
            float scale = (float) (own / both);
            double squares = 0;
            for (int i = 0; i < row.length; i++) {
                double missing = row[i] - (double) scale * upper(values[i]);
                squares += missing * missing;
            }
            return new SplitRow(form, values, length, scale, Math.nextUp((float) Math.sqrt(squares)));
        }

        private static float upper(float value) {
            return Float.intBitsToFloat((Float.floatToRawIntBits(value) + 0x8000) & 0xFFFF0000);
        }
    }

    /**
     * Finds the halves that a unit row was made of, if it was: references travel in fp16 and are brought back to length
     * 1. Nothing depends on finding them but memory.
     */
    static final class HalvesOf {

        /** How far the length of halves may be from 1. */
        private static final float TOLERANCE = 0.01f;

        private HalvesOf() {}

        /** The halves, as fp32, which divided by their length are this row, bit for bit. */
        static Optional<float[]> row(float[] row) {
            int greatest = 0;
            for (int i = 1; i < row.length; i++) {
                if (Math.abs(row[i]) > Math.abs(row[greatest])) {
                    greatest = i;
                }
            }
            float magnitude = Math.abs(row[greatest]);
            // One half for each length that is allowed: some forty, of which the first elements leave one.
            int first = Halves.toHalf(magnitude * (1 - TOLERANCE));
            int last = Halves.toHalf(magnitude * (1 + TOLERANCE));
            for (int half = first; half <= last; half++) {
                Optional<float[]> halves = divided(row, Halves.fromHalf((short) half) / (double) magnitude);
                if (halves.isPresent()) {
                    return halves;
                }
            }
            return Optional.empty();
        }

        /**
         * @param length of the halves but for the rounding of one element, which is up to three units in the last place
         *     of each
         */
        private static Optional<float[]> divided(float[] row, double length) {
            float[] halves = new float[row.length];
            for (int i = 0; i < row.length; i++) {
                halves[i] = Halves.fromHalf(Halves.toHalf((float) (row[i] * length)));
                if (Math.abs((float) (halves[i] / length) - row[i]) > 4 * Math.ulp(row[i])) {
                    return Optional.empty();
                }
            }
            boolean same = Arrays.equals(Length.divided(halves, Length.of(halves, 0, halves.length)), row);
            return same ? Optional.of(halves) : Optional.empty();
        }
    }
}
