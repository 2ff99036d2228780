package io.bulwark.imaging.webp;

import java.util.Arrays;

/**
 * Samples of luma or of one chroma, whole macroblocks, with the border from which the first are predicted: a row of 127
 * above, a column of 129 at the left (RFC 6386, section 12.2).
 */
final class Vp8Plane {

    final int stride;
    final byte[] samples;

    /**
     * A plane.
     *
     * @param width in samples of whole macroblocks
     * @param height in samples of whole macroblocks
     */
    Vp8Plane(int width, int height) {
        this.stride = width + 1;
        this.samples = new byte[stride * (height + 1)];
        Arrays.fill(samples, 0, stride, (byte) 127);
        for (int y = 1; y <= height; y++) {
            samples[y * stride] = (byte) 129;
        }
    }

    /** Index of a sample. */
    int at(int x, int y) {
        return (y + 1) * stride + x + 1;
    }

    int get(int index) {
        return samples[index] & 0xff;
    }

    /** Predicts a whole block of luma or chroma. */
    void predict(int mode, int x, int y, int size) {
        int at = at(x, y);
        switch (mode) {
            case Vp8Modes.DC -> fill(at, size, mean(x, y, size));
            case Vp8Modes.VERTICAL -> {
                for (int row = 0; row < size; row++) {
                    System.arraycopy(samples, at - stride, samples, at + row * stride, size);
                }
            }
            case Vp8Modes.HORIZONTAL -> {
                for (int row = at; row < at + size * stride; row += stride) {
                    Arrays.fill(samples, row, row + size, samples[row - 1]);
                }
            }
            default -> trueMotion(at, size);
        }
    }

    /** Of the samples above and at the left that the picture has. */
    private int mean(int x, int y, int size) {
        int at = at(x, y);
        int sum = 0;
        int count = 0;
        for (int i = 0; i < size && y > 0; i++, count++) {
            sum += get(at - stride + i);
        }
        for (int i = 0; i < size && x > 0; i++, count++) {
            sum += get(at + i * stride - 1);
        }
        return count == 0 ? 128 : (sum + count / 2) / count;
    }

    private void fill(int at, int size, int value) {
        for (int row = at; row < at + size * stride; row += stride) {
            Arrays.fill(samples, row, row + size, (byte) value);
        }
    }

    void trueMotion(int at, int size) {
        int corner = get(at - stride - 1);
        for (int row = at; row < at + size * stride; row += stride) {
            int change = get(row - 1) - corner;
            for (int i = 0; i < size; i++) {
                samples[row + i] = Vp8Inverse.clip(get(at - stride + i) + change);
            }
        }
    }
}
