package io.bulwark.perception.preprocess;

import static io.bulwark.perception.preprocess.ResampleKernel.PRECISION_BITS;

import java.util.Arrays;

/**
 * One part of a picture while the picture's rows go by: narrowed four at a time, kept for as long as an output needs them,
 * weighed together. One thread.
 */
final class Strip {

    private static final int HALF = 1 << (PRECISION_BITS - 1);
    private static final long HALF_PAIR = (long) HALF << 32 | HALF;

    private final int channels;
    private final int outputs;
    private final int rowLength;
    /** Null where the width stays. */
    private final ResampleKernel columns;
    /** Null where the height stays. */
    private final ResampleKernel rows;

    private final boolean interleaved;
    private final int firstColumn;
    private final int endColumn;
    private final int leftOfKernel;
    private final int aboveKernel;
    private final int firstRow;
    private final int endRow;
    private final int[][] ring;
    private final int[] nobodys;
    private final int[][] placed = new int[RowGroup.ROWS][];
    private final int[] sums;
    private final byte[] out;
    private int next;

    /**
     * @param columns null where the width stays
     * @param rows null where the height stays
     * @param interleaved by which layout of pairs the columns are narrowed; three channels alone can be interleaved
     */
    Strip(Rect box, Rect window, ResampleKernel columns, ResampleKernel rows, int channels, boolean interleaved) {
        this.channels = channels;
        this.outputs = window.width();
        this.rowLength = outputs * channels;
        this.columns = columns;
        this.rows = rows;
        this.interleaved = interleaved;
        this.leftOfKernel = box.x();
        this.aboveKernel = box.y();
        this.firstColumn = box.x() + (columns == null ? window.x() : columns.from());
        this.endColumn = columns == null ? firstColumn + window.width() : box.x() + columns.to();
        this.firstRow = box.y() + (rows == null ? window.y() : rows.from());
        this.endRow = rows == null ? firstRow + window.height() : box.y() + rows.to();
        int kept = rows == null ? 1 : Arrays.stream(rows.count()).max().orElseThrow();
        this.ring = new int[kept + RowGroup.ROWS][rowLength];
        this.nobodys = new int[rowLength];
        this.sums = new int[rowLength];
        this.out = new byte[window.height() * rowLength];
    }

    int firstColumn() {
        return firstColumn;
    }

    int endColumn() {
        return endColumn;
    }

    int firstRow() {
        return firstRow;
    }

    int endRow() {
        return endRow;
    }

    /** {@code [window height, window width, channels]}; complete once all rows went by. */
    byte[] pixels() {
        return out;
    }

    /** Takes the picture's rows from {@code y} on, where it has use for them. */
    void accept(RowGroup group, int y) {
        if (y + RowGroup.ROWS <= firstRow || y >= endRow) {
            return;
        }
        for (int i = 0; i < RowGroup.ROWS; i++) {
            placed[i] = place(y + i);
        }
        if (columns == null) {
            for (int i = 0; i < RowGroup.ROWS; i++) {
                widen(group, group.row(i), placed[i]);
            }
        } else if (interleaved) {
            narrowRgb(group, placed[0], placed[1], placed[2], placed[3]);
        } else {
            narrowPlanes(group, group.planes()[0], placed[0], placed[1]);
            narrowPlanes(group, group.planes()[1], placed[2], placed[3]);
        }
        while (next < out.length / rowLength && end(next) <= y + RowGroup.ROWS) {
            finish();
        }
    }

    private int[] place(int y) {
        return y >= firstRow && y < endRow ? ring[y % ring.length] : nobodys;
    }

    /** One past the last row of the picture that an output needs. */
    private int end(int output) {
        return rows == null ? firstRow + output + 1 : aboveKernel + rows.start()[output] + rows.count()[output];
    }

    private void finish() {
        int at = next * rowLength;
        if (rows == null) {
            int[] row = ring[(firstRow + next) % ring.length];
            for (int i = 0; i < rowLength; i++) {
                out[at + i] = (byte) row[i];
            }
        } else {
            weigh(aboveKernel + rows.start()[next], end(next), rows.fixed(), next * rows.stride());
            for (int i = 0; i < rowLength; i++) {
                out[at + i] = (byte) Math.max(0, Math.min(255, sums[i] >> PRECISION_BITS));
            }
        }
        next++;
    }

    private void weigh(int start, int end, long[] weights, int at) {
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

    private void widen(RowGroup group, byte[] row, int[] into) {
        int at = (firstColumn - group.from()) * channels;
        for (int i = 0; i < rowLength; i++) {
            into[i] = row[at + i] & 0xff;
        }
    }

    private void narrowRgb(RowGroup group, int[] out0, int[] out1, int[] out2, int[] out3) {
        long[] weights = columns.fixed();
        long[] upper = group.interleaved()[0];
        long[] lower = group.interleaved()[1];
        int offset = leftOfKernel - group.from();
        for (int x = 0; x < outputs; x++) {
            int at = (columns.start()[x] + offset) * 3;
            int weight = x * columns.stride();
            int end = weight + columns.count()[x];
            long red = HALF_PAIR;
            long green = HALF_PAIR;
            long blue = HALF_PAIR;
            long lowerRed = HALF_PAIR;
            long lowerGreen = HALF_PAIR;
            long lowerBlue = HALF_PAIR;
            for (; weight < end; weight++, at += 3) {
                long w = weights[weight];
                red += w * upper[at];
                green += w * upper[at + 1];
                blue += w * upper[at + 2];
                lowerRed += w * lower[at];
                lowerGreen += w * lower[at + 1];
                lowerBlue += w * lower[at + 2];
            }
            split(red, 3 * x, out0, out1);
            split(green, 3 * x + 1, out0, out1);
            split(blue, 3 * x + 2, out0, out1);
            split(lowerRed, 3 * x, out2, out3);
            split(lowerGreen, 3 * x + 1, out2, out3);
            split(lowerBlue, 3 * x + 2, out2, out3);
        }
    }

    /** Planes keep each sum's inputs side by side, which the JIT unrolls best where weights are many. */
    private void narrowPlanes(RowGroup group, long[] samples, int[] out0, int[] out1) {
        long[] weights = columns.fixed();
        for (int c = 0; c < channels; c++) {
            int plane = c * group.width() + leftOfKernel - group.from();
            for (int x = 0; x < outputs; x++) {
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
