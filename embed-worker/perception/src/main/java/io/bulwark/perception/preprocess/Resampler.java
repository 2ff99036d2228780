package io.bulwark.perception.preprocess;

import static io.bulwark.perception.preprocess.ResampleKernel.PRECISION_BITS;

import io.bulwark.perception.preprocess.PreprocessSpec.Interpolation;
import java.util.Arrays;

/**
 * Pillow's antialiased resize of 8-bit channels, bit for bit: horizontal pass, rounding to bytes, vertical pass, each in
 * 22-bit fixed point. A pass that would not change the size is left out, as Pillow does.
 *
 * <p>Fast where it matters: rows are narrowed in pairs, two samples to a long, so that one multiplication serves both
 * (integer sums are exact, so nothing is lost: the upper half is read after taking off the lower one's borrow); only
 * the rows that the next output needs are kept; the vertical pass is a plain loop over ints, which the JIT vectorises.
 * Any thread.
 */
final class Resampler {

    private static final int HALF = 1 << (PRECISION_BITS - 1);
    private static final long HALF_PAIR = (long) HALF << 32 | HALF;

    /** Weights an output up to which interleaved sums are faster than planes; measured. */
    private static final int SHORT_KERNEL = 24;

    private final KernelCache kernels;

    Resampler(KernelCache kernels) {
        this.kernels = kernels;
    }

    /**
     * Resizes a part of a picture as if it were the whole.
     *
     * @return {@code [window height, window width, channels]}
     */
    byte[] resize(PixelRows picture, Rect box, Target target, Interpolation filter) {
        Rect window = target.window();
        int channels = picture.channels();
        int rowLength = window.width() * channels;
        ResampleKernel columns = box.width() == target.width()
                ? null
                : kernels.get(filter, box.width(), target.width(), window.x(), window.width());
        RowNarrower narrow = new RowNarrower(picture, box, columns, window);
        byte[] out = new byte[window.height() * rowLength];
        if (box.height() == target.height()) {
            copyRows(narrow, window, rowLength, out);
        } else {
            ResampleKernel rows = kernels.get(filter, box.height(), target.height(), window.y(), window.height());
            vertical(narrow, rows, rowLength, out);
        }
        return out;
    }

    private static void copyRows(RowNarrower narrow, Rect window, int rowLength, byte[] out) {
        int[] first = new int[rowLength];
        int[] second = new int[rowLength];
        for (int y = 0; y < window.height(); y += 2) {
            boolean pair = y + 1 < window.height();
            narrow.rows(window.y() + y, window.y() + (pair ? y + 1 : y), first, second);
            store(first, out, y * rowLength);
            if (pair) {
                store(second, out, (y + 1) * rowLength);
            }
        }
    }

    private static void store(int[] row, byte[] out, int at) {
        for (int i = 0; i < row.length; i++) {
            out[at + i] = (byte) row[i];
        }
    }

    private static void vertical(RowNarrower narrow, ResampleKernel rows, int rowLength, byte[] out) {
        int ringSize = 2;
        for (int count : rows.count()) {
            ringSize = Math.max(ringSize, count + 1);
        }
        int[][] ring = new int[ringSize][rowLength];
        int last = rows.to();
        int ready = rows.from();
        int[] sums = new int[rowLength];
        for (int y = 0; y < rows.outputs(); y++) {
            int start = rows.start()[y];
            int end = start + rows.count()[y];
            while (ready < end) {
                int second = Math.min(ready + 1, last - 1);
                narrow.rows(ready, second, ring[ready % ringSize], ring[second % ringSize]);
                ready = second + 1;
            }
            weigh(ring, start, end, rows.fixed(), y * rows.stride(), sums);
            clip(sums, out, y * rowLength);
        }
    }

    private static void weigh(int[][] ring, int start, int end, long[] weights, int at, int[] sums) {
        Arrays.fill(sums, HALF);
        int y = start;
        int weight = at;
        for (; y + 3 < end; y += 4, weight += 4) {
            add(
                    sums,
                    ring[y % ring.length],
                    (int) weights[weight],
                    ring[(y + 1) % ring.length],
                    (int) weights[weight + 1],
                    ring[(y + 2) % ring.length],
                    (int) weights[weight + 2],
                    ring[(y + 3) % ring.length],
                    (int) weights[weight + 3]);
        }
        for (; y < end; y++, weight++) {
            add(sums, ring[y % ring.length], (int) weights[weight]);
        }
    }

    private static void add(int[] sums, int[] a, int wa, int[] b, int wb, int[] c, int wc, int[] d, int wd) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd;
        }
    }

    private static void add(int[] sums, int[] row, int weight) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += row[i] * weight;
        }
    }

    private static void clip(int[] sums, byte[] out, int at) {
        for (int i = 0; i < sums.length; i++) {
            out[at + i] = (byte) Math.max(0, Math.min(255, sums[i] >> PRECISION_BITS));
        }
    }

    /** The horizontal pass, two rows at a time. One thread uses it. */
    private static final class RowNarrower {

        private final PixelRows picture;
        private final Rect box;
        private final ResampleKernel columns;
        private final int channels;
        private final int from;
        private final int width;
        private final byte[] upper;
        private final byte[] lower;
        private final long[] pairs;

        RowNarrower(PixelRows picture, Rect box, ResampleKernel columns, Rect window) {
            this.picture = picture;
            this.box = box;
            this.columns = columns;
            this.channels = picture.channels();
            this.from = columns == null ? window.x() : columns.from();
            this.width = columns == null ? window.width() : columns.to() - from;
            this.upper = new byte[width * channels];
            this.lower = new byte[width * channels];
            this.pairs = columns == null ? null : new long[width * channels];
        }

        /** Makes the rows {@code y0} and {@code y1} of the box, which may be the same one. */
        void rows(int y0, int y1, int[] out0, int[] out1) {
            picture.read(box.y() + y0, box.x() + from, width, upper);
            picture.read(box.y() + y1, box.x() + from, width, lower);
            if (columns == null) {
                widen(upper, out0);
                widen(lower, out1);
                return;
            }
            if (channels == 3 && columns.stride() <= SHORT_KERNEL) {
                packInterleaved();
                narrowRgb(out0, out1);
            } else {
                packPlanes();
                narrowPlanes(out0, out1);
            }
        }

        private static void widen(byte[] row, int[] out) {
            for (int i = 0; i < out.length; i++) {
                out[i] = row[i] & 0xff;
            }
        }

        private void packInterleaved() {
            for (int i = 0; i < pairs.length; i++) {
                pairs[i] = (long) (lower[i] & 0xff) << 32 | upper[i] & 0xff;
            }
        }

        /** Three sums in one loop: with few weights, entering a loop costs more than going round. */
        private void narrowRgb(int[] out0, int[] out1) {
            long[] weights = columns.fixed();
            long[] samples = pairs;
            for (int x = 0; x < columns.outputs(); x++) {
                int at = (columns.start()[x] - from) * 3;
                int weight = x * columns.stride();
                int end = weight + columns.count()[x];
                long red = HALF_PAIR;
                long green = HALF_PAIR;
                long blue = HALF_PAIR;
                for (; weight < end; weight++, at += 3) {
                    long w = weights[weight];
                    red += w * samples[at];
                    green += w * samples[at + 1];
                    blue += w * samples[at + 2];
                }
                split(red, 3 * x, out0, out1);
                split(green, 3 * x + 1, out0, out1);
                split(blue, 3 * x + 2, out0, out1);
            }
        }

        /** Two rows of interleaved bytes to planes of pairs, {@code [channels, width]}. */
        private void packPlanes() {
            for (int c = 0; c < channels; c++) {
                int to = c * width;
                for (int x = 0, from = c; x < width; x++, from += channels) {
                    pairs[to + x] = (long) (lower[from] & 0xff) << 32 | upper[from] & 0xff;
                }
            }
        }

        /** Planes keep each sum's inputs side by side, which the JIT unrolls best where weights are many. */
        private void narrowPlanes(int[] out0, int[] out1) {
            long[] weights = columns.fixed();
            long[] samples = pairs;
            for (int c = 0; c < channels; c++) {
                int plane = c * width - from;
                for (int x = 0; x < columns.outputs(); x++) {
                    int at = plane + columns.start()[x];
                    int weight = x * columns.stride();
                    int count = columns.count()[x];
                    long sum = HALF_PAIR;
                    for (int i = 0; i < count; i++) {
                        sum += weights[weight + i] * samples[at + i];
                    }
                    split(sum, x * channels + c, out0, out1);
                }
            }
        }

        private static void split(long sum, int at, int[] out0, int[] out1) {
            int low = (int) sum;
            int high = (int) ((sum - low) >> 32);
            out0[at] = Math.max(0, Math.min(255, low >> PRECISION_BITS));
            out1[at] = Math.max(0, Math.min(255, high >> PRECISION_BITS));
        }
    }
}
