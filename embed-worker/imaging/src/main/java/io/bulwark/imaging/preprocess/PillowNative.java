package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;

/**
 * Pillow's resizes of modes that are not 8-bit channels: palette and 1-bit by nearest neighbour, 16-bit gray in
 * floating point. Whole pictures in memory; only exact mode comes here.
 */
final class PillowNative {

    private PillowNative() {}

    /**
     * Nearest neighbour with Pillow's running sum of source positions, whose rounding differs from a multiplication.
     *
     * @return {@code [window height, window width]}
     */
    static byte[] nearest(byte[] samples, int width, int height, Target target) {
        Rect window = target.window();
        int[] columns = positions(width, target.width(), window.x(), window.width());
        int[] rows = positions(height, target.height(), window.y(), window.height());
        byte[] out = new byte[window.width() * window.height()];
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < columns.length; x++) {
                if (rows[y] < height && columns[x] < width) {
                    out[y * columns.length + x] = samples[rows[y] * width + columns[x]];
                }
            }
        }
        return out;
    }

    private static int[] positions(int in, int out, int first, int wanted) {
        double step = (double) in / out;
        double position = step * 0.5;
        int[] positions = new int[wanted];
        for (int i = 0; i < first + wanted; i++) {
            if (i >= first) {
                positions[i - first] = (int) position;
            }
            position += step;
        }
        return positions;
    }

    /**
     * Antialiased resize of 16-bit samples, little-endian.
     *
     * @return {@code [window height, window width]}, two bytes a sample
     */
    static byte[] resize16(byte[] samples, int width, int height, Target target, Interpolation filter) {
        Rect window = target.window();
        ResampleKernel columns = ResampleKernel.of(filter, width, target.width(), window.x(), window.width());
        ResampleKernel rows = ResampleKernel.of(filter, height, target.height(), window.y(), window.height());
        byte[] narrowed = new byte[height * window.width() * 2];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < window.width(); x++) {
                int from = y * width + columns.start()[x];
                put(narrowed, y * window.width() + x, weigh(samples, from, 1, columns, x));
            }
        }
        byte[] out = new byte[window.width() * window.height() * 2];
        for (int y = 0; y < window.height(); y++) {
            for (int x = 0; x < window.width(); x++) {
                int from = rows.start()[y] * window.width() + x;
                put(out, y * window.width() + x, weigh(narrowed, from, window.width(), rows, y));
            }
        }
        return out;
    }

    private static int weigh(byte[] samples, int from, int step, ResampleKernel kernel, int output) {
        double sum = 0;
        for (int i = 0; i < kernel.count()[output]; i++) {
            sum += sample(samples, from + i * step) * kernel.weights()[output * kernel.stride() + i];
        }
        return (int) (sum >= 0 ? Math.floor(sum + 0.5) : -Math.floor(-sum + 0.5));
    }

    private static int sample(byte[] samples, int index) {
        return samples[2 * index] & 0xff | (samples[2 * index + 1] & 0xff) << 8;
    }

    /** Pillow clips the two bytes apart: what overshoots keeps the remainder in its low byte. */
    private static void put(byte[] samples, int index, int value) {
        samples[2 * index] = (byte) clip(value % 256);
        samples[2 * index + 1] = (byte) clip(value >> 8);
    }

    private static int clip(int v) {
        return Math.max(0, Math.min(255, v));
    }
}
