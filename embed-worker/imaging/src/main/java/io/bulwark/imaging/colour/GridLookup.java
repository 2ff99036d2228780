package io.bulwark.imaging.colour;

import io.bulwark.imaging.colour.IccTable.Grid;

/**
 * Colours of a profile's table, between whose points every channel counts in proportion. The table's numbers, and what depends
 * on one channel alone, are worked out before.
 */
final class GridLookup {

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
    GridLookup(Grid grid, float[][] inputs) {
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

    private static float[] numbers(Grid grid) {
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

    /** The mean of the eight points around a colour in three channels: of four edges, of two faces' middles, of these. */
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
