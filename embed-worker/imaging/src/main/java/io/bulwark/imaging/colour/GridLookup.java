package io.bulwark.imaging.colour;

import io.bulwark.imaging.colour.IccTable.Grid;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Colours of a profile's table, between whose points every channel counts in proportion. The numbers are read where they
 * lie, since a table may be most of a profile; what depends on one channel alone is worked out before.
 */
final class GridLookup {

    private static final VarHandle SHORTS = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final int CUBE = 3;

    private final byte[] bytes;
    private final int width;
    private final int start;
    private final float unit;
    private final int channels;

    /** From a point to the next along each channel, in bytes; channels that are missing to a cube stay at one point. */
    private final int[] strides;

    /** The point below each level of a channel, in bytes. */
    private final int[][] places;

    /** How far each level is on the way from that point to the next, 0 to 1. */
    private final float[][] shares;

    /** @param inputs for each channel the values of all levels, 0 to 1 */
    GridLookup(Grid grid, float[][] inputs) {
        this.bytes = grid.bytes();
        this.width = grid.width();
        this.start = grid.start();
        this.unit = width == 1 ? 1 / 255f : 1 / 65535f;
        this.channels = Math.max(CUBE, inputs.length);
        this.strides = new int[channels];
        this.places = new int[channels][ToneCurve.LEVELS];
        this.shares = new float[channels][ToneCurve.LEVELS];
        int stride = 3 * width;
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

    /**
     * Looks up a colour.
     *
     * @param device levels of the channels, the last one in the low eight bits
     * @param colour takes three numbers, 0 to 1
     */
    void lookUp(int device, float[] colour) {
        colour[0] = 0;
        colour[1] = 0;
        colour[2] = 0;
        if (channels > CUBE) {
            int level = device >>> 24;
            float share = shares[0][level];
            addCube(device, start + places[0][level], (1 - share) * unit, 1, colour);
            addCube(device, start + places[0][level] + strides[0], share * unit, 1, colour);
        } else {
            addCube(device, start, unit, 0, colour);
        }
    }

    /** Adds the eight points around a colour in three channels. */
    private void addCube(int device, int at, float weight, int first, float[] colour) {
        int i = device >> 16 & 0xff;
        int j = device >> 8 & 0xff;
        int k = device & 0xff;
        int place = at + places[first][i] + places[first + 1][j] + places[first + 2][k];
        float a = shares[first][i];
        float b = shares[first + 1][j];
        float c = shares[first + 2][k];
        float x = 0;
        float y = 0;
        float z = 0;
        for (int corner = 0; corner < 8; corner++) {
            int point = place;
            float share = weight;
            point += (corner & 4) == 0 ? 0 : strides[first];
            share *= (corner & 4) == 0 ? 1 - a : a;
            point += (corner & 2) == 0 ? 0 : strides[first + 1];
            share *= (corner & 2) == 0 ? 1 - b : b;
            point += (corner & 1) == 0 ? 0 : strides[first + 2];
            share *= (corner & 1) == 0 ? 1 - c : c;
            if (width == 1) {
                x += share * (bytes[point] & 0xff);
                y += share * (bytes[point + 1] & 0xff);
                z += share * (bytes[point + 2] & 0xff);
            } else {
                x += share * ((short) SHORTS.get(bytes, point) & 0xffff);
                y += share * ((short) SHORTS.get(bytes, point + 2) & 0xffff);
                z += share * ((short) SHORTS.get(bytes, point + 4) & 0xffff);
            }
        }
        colour[0] += x;
        colour[1] += y;
        colour[2] += z;
    }
}
