package io.bulwark.imaging.colour;

import io.bulwark.imaging.Raster.ColourConversion;

/**
 * The way through a profile's table, pixel by pixel: between the table's points every channel counts in proportion, as
 * with Chromium. What a colour becomes is remembered until another one needs its place. One thread uses it.
 */
final class TableConversion implements ColourConversion {

    /** Values of curves behind the table, at even distances; null for one that changes nothing. */
    private static final int STEPS = 4096;

    /** Colours that are remembered, as a power of two. */
    private static final int REMEMBERED_BITS = 16;

    /** What is remembered, and the curves behind the table. */
    static final int BYTES = (Long.BYTES << REMEMBERED_BITS) + 6 * Float.BYTES * (STEPS + 16);

    /** Spreads colours over places: 2^32 by the golden section (Knuth, volume 3, 6.4). */
    private static final int SPREAD = 0x9e3779b9;

    /** A hundredth of a level of 16 bits. */
    private static final float STRAIGHT = 1.5e-7f;

    private static final float[] WHITE = {0.9642f, 1, 0.8249f};

    private final int channels;
    private final float[][] inputs;
    private final GridLookup grid;
    private final float[][] middle;
    private final float[] matrix;
    private final boolean mixes;
    private final float[][] outputs;
    private final boolean lab;
    private final float[] fromXyz = new float[9];

    /** A one, the device's colour in 32 bits and what it becomes in 24; 0 where nothing is remembered yet. */
    private final long[] remembered = new long[1 << REMEMBERED_BITS];

    private long converted;

    /** @param lab whether the connection space is CIELAB */
    TableConversion(IccTable table, boolean lab) {
        this.channels = table.inputs().length;
        this.inputs = new float[channels][];
        for (int c = 0; c < channels; c++) {
            inputs[c] = ToneCurve.ofBytes(table.inputs()[c]);
            for (int i = 0; i < inputs[c].length; i++) {
                inputs[c][i] = clip(inputs[c][i]);
            }
        }
        this.grid = table.grid().map(found -> new GridLookup(found, inputs)).orElse(null);
        this.matrix = new float[12];
        boolean mixes = false;
        for (int i = 0; i < 12; i++) {
            matrix[i] = (float) table.matrix()[i];
            mixes |= matrix[i] != (i < 9 && i % 4 == 0 ? 1 : 0);
        }
        this.mixes = mixes;
        this.middle = sampled(table.middle(), mixes);
        this.outputs = sampled(table.outputs(), mixes);
        this.lab = lab;
        for (int i = 0; i < 9; i++) {
            fromXyz[i] = (float) MatrixConversion.SrgbScreen.FROM_XYZ_D50[i];
        }
    }

    /** @param clips whether there are numbers below 0 or above 1 for a straight curve to cut off */
    private static float[][] sampled(ToneCurve[] curves, boolean clips) {
        float[][] values = new float[curves.length][];
        for (int c = 0; c < curves.length; c++) {
            if (curves[c] == ToneCurve.IDENTITY) {
                // What a matrix made larger than 1 stays so.
                continue;
            }
            float[] sampled = new float[STEPS + 1];
            boolean straight = true;
            for (int i = 0; i <= STEPS; i++) {
                sampled[i] = (float) curves[c].at((double) i / STEPS);
                straight &= Math.abs(sampled[i] - (float) i / STEPS) < STRAIGHT;
            }
            values[c] = straight && !clips ? null : sampled;
        }
        return values;
    }

    /** Colours that were worked out so far, and not remembered. */
    long converted() {
        return converted;
    }

    @Override
    public void toSrgb(byte[] from, int at, int step, int count, byte[] to, int toAt, int toStep) {
        float[] colour = new float[3];
        // Gray stands three times.
        int read = Math.max(3, channels);
        int in = at;
        int out = toAt;
        for (int i = 0; i < count; i++, in += step, out += toStep) {
            int device = 0;
            for (int c = 0; c < read; c++) {
                device = device << 8 | from[in + c] & 0xff;
            }
            int place = device * SPREAD >>> Integer.SIZE - REMEMBERED_BITS;
            long known = remembered[place];
            if (known >>> 24 != (1L << 32 | device & 0xffffffffL)) {
                known = workedOut(device, colour);
                remembered[place] = known;
            }
            to[out] = (byte) (known >> 16);
            to[out + 1] = (byte) (known >> 8);
            to[out + 2] = (byte) known;
        }
    }

    private long workedOut(int device, float[] colour) {
        converted++;
        convert(device, colour);
        long shown = (MatrixConversion.SrgbScreen.level(colour[0]) & 0xff) << 16
                | (MatrixConversion.SrgbScreen.level(colour[1]) & 0xff) << 8
                | MatrixConversion.SrgbScreen.level(colour[2]) & 0xff;
        return (1L << 32 | device & 0xffffffffL) << 24 | shown;
    }

    private void convert(int device, float[] colour) {
        if (grid == null) {
            for (int c = 0; c < 3; c++) {
                colour[c] = inputs[c][device >> 16 - 8 * c & 0xff];
            }
        } else {
            grid.lookUp(device, colour);
        }
        curves(middle, colour);
        if (mixes) {
            float x = colour[0];
            float y = colour[1];
            float z = colour[2];
            for (int c = 0; c < 3; c++) {
                colour[c] = matrix[3 * c] * x + matrix[3 * c + 1] * y + matrix[3 * c + 2] * z + matrix[9 + c];
            }
        }
        curves(outputs, colour);
        connect(colour);
    }

    private static void curves(float[][] curves, float[] colour) {
        for (int c = 0; c < 3; c++) {
            if (curves[c] != null) {
                float place = clip(colour[c]) * STEPS;
                int low = Math.min((int) place, STEPS - 1);
                colour[c] = curves[c][low] + (curves[c][low + 1] - curves[c][low]) * (place - low);
            }
        }
    }

    /**
     * From the connection space to linear sRGB. Chromium reads all tables as version 4 writes them: 65535 is CIELAB's
     * white also in a table of 16 bits (where the specification says 65280), and 1 in XYZ (where it says just below 2).
     */
    private void connect(float[] colour) {
        float x = colour[0];
        float y = colour[1];
        float z = colour[2];
        if (lab) {
            float fy = colour[0] * (100f / 116) + 16f / 116;
            x = light(fy + colour[1] * (255f / 500) - 128f / 500) * WHITE[0];
            y = light(fy) * WHITE[1];
            z = light(fy - colour[2] * (255f / 200) + 128f / 200) * WHITE[2];
        }
        for (int c = 0; c < 3; c++) {
            colour[c] = fromXyz[3 * c] * x + fromXyz[3 * c + 1] * y + fromXyz[3 * c + 2] * z;
        }
    }

    /** The inverse of CIELAB's cube root (CIE 15). */
    private static float light(float f) {
        return f > 6f / 29 ? f * f * f : (f - 16f / 116) * (108f / 841);
    }

    private static float clip(float value) {
        return Math.max(0, Math.min(1, value));
    }

    @Override
    public String description() {
        return "by the tables of a profile";
    }

    /**
     * Colours of a profile's table, between whose points every channel counts in proportion. The table's numbers, and
     * what depends on one channel alone, are worked out before.
     */
    static final class GridLookup {

        private static final int CUBE = 3;
        private static final int NUMBERS = 3;

        private final float[] numbers;
        private final int channels;

        /** From a point to the next along each channel; channels that are missing to a cube stay at one point. */
        private final int[] strides;

        /** The point below each level of a channel. */
        private final int[][] places;

        /** How far each level is on the way from that point to the next, 0 to 1. */
        private final float[][] shares;

        /** @param inputs for each channel the values of all levels, 0 to 1 */
        GridLookup(IccTable.Grid grid, float[][] inputs) {
            this.numbers = numbers(grid);
            this.channels = Math.max(CUBE, inputs.length);
            this.strides = new int[channels];
            this.places = new int[channels][ToneCurve.LEVELS];
            this.shares = new float[channels][ToneCurve.LEVELS];
            int stride = NUMBERS;
            for (int c = inputs.length - 1; c >= 0; c--) {
                strides[c] = stride;
                int last = grid.points()[c] - 1;
                for (int i = 0; i < ToneCurve.LEVELS; i++) {
                    float place = inputs[c][i] * last;
                    int low = Math.min((int) place, last - 1);
                    places[c][i] = low * stride;
                    shares[c][i] = place - low;
                }
                stride *= last + 1;
            }
        }

        private static float[] numbers(IccTable.Grid grid) {
            float[] numbers = new float[(int) IccTable.numbers(grid.points(), NUMBERS)];
            byte[] bytes = grid.bytes();
            for (int i = 0; i < numbers.length; i++) {
                int at = grid.start() + i * grid.width();
                numbers[i] = grid.width() == 1
                        ? (bytes[at] & 0xff) / 255f
                        : ((bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff) / 65535f;
            }
            return numbers;
        }

        /**
         * Looks up a colour.
         *
         * @param device levels of the channels, the last one in the low eight bits
         * @param colour takes three numbers, 0 to 1
         */
        void lookUp(int device, float[] colour) {
            if (channels == CUBE) {
                cube(device, 0, 0, colour);
                return;
            }
            int level = device >>> 24;
            float share = shares[0][level];
            cube(device, places[0][level] + strides[0], 1, colour);
            float x = colour[0];
            float y = colour[1];
            float z = colour[2];
            cube(device, places[0][level], 1, colour);
            colour[0] += (x - colour[0]) * share;
            colour[1] += (y - colour[1]) * share;
            colour[2] += (z - colour[2]) * share;
        }

        /**
         * The mean of the eight points around a colour in three channels: of four edges, of two faces' middles, of
         * these.
         */
        private void cube(int device, int at, int first, float[] colour) {
            int i = device >> 16 & 0xff;
            int j = device >> 8 & 0xff;
            int k = device & 0xff;
            int place = at + places[first][i] + places[first + 1][j] + places[first + 2][k];
            int down = strides[first];
            int across = strides[first + 1];
            int along = strides[first + 2];
            float a = shares[first][i];
            float b = shares[first + 1][j];
            float c = shares[first + 2][k];
            for (int n = 0; n < NUMBERS; n++) {
                int p = place + n;
                float near = between(between(p, along, c), between(p + across, along, c), b);
                float far = between(between(p + down, along, c), between(p + down + across, along, c), b);
                colour[n] = between(near, far, a);
            }
        }

        private float between(int point, int stride, float share) {
            return between(numbers[point], numbers[point + stride], share);
        }

        private static float between(float from, float to, float share) {
            return from + (to - from) * share;
        }
    }
}
