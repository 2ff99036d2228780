package io.bulwark.imaging.preprocess;

import static io.bulwark.imaging.preprocess.ResampleKernel.MULTIPLE;
import static io.bulwark.imaging.preprocess.ResampleKernel.PRECISION_BITS;

import io.bulwark.imaging.preprocess.Resampler.TransposedRows;
import io.bulwark.imaging.structure.Scene.Area;
import java.util.Arrays;

/**
 * One part of a picture while the picture's rows go by: narrowed some at a time, kept for as long as an output needs
 * them, weighed together. One thread.
 */
final class Strip {

    private static final int HALF = 1 << (PRECISION_BITS - 1);

    private final int left;
    private final int top;
    private final int channels;
    private final int rowLength;
    private final ResampleKernel columns;
    private final ResampleKernel rows;
    private final int[][] ring;
    private final int[][] narrowed = new int[TransposedRows.ROWS][];
    private final int[] columnSums;
    private final int[] rowSums;
    private final byte[] out;
    private int nextRow;
    private int nextColumn;

    /**
     * @param box the part
     * @param columns which of the part's columns make which output
     * @param rows which of its rows do
     */
    Strip(Area box, ResampleKernel columns, ResampleKernel rows, int channels) {
        this.left = box.x();
        this.top = box.y();
        this.channels = channels;
        this.rowLength = columns.outputs() * channels;
        this.columns = columns;
        this.rows = rows;
        this.ring = new int[rows.stride() + TransposedRows.ROWS][rowLength];
        this.columnSums = new int[channels * TransposedRows.ROWS];
        this.rowSums = new int[rowLength];
        this.out = new byte[rows.outputs() * rowLength];
    }

    int firstColumn() {
        return left + columns.from();
    }

    int endColumn() {
        return left + columns.to();
    }

    /** The most columns that an output is made of, those of weight 0 included. */
    int stride() {
        return columns.stride();
    }

    int firstRow() {
        return top + rows.from();
    }

    int endRow() {
        return top + rows.to();
    }

    /** {@code [window height, window width, channels]}; complete once all rows went by. */
    byte[] pixels() {
        return out;
    }

    /** Makes room for the picture's rows from {@code y} on. False where it has no use for them. */
    boolean start(int y) {
        if (y + TransposedRows.ROWS <= firstRow() || y >= endRow()) {
            return false;
        }
        for (int i = 0; i < narrowed.length; i++) {
            narrowed[i] = ring[(y + i) % ring.length];
        }
        nextColumn = 0;
        return true;
    }

    /** Narrows the rows as far as they are transposed. */
    void narrow(TransposedRows picture) {
        int transposed = picture.end() - left;
        int offset = left - picture.from();
        while (nextColumn < columns.outputs() && columns.end(nextColumn) <= transposed) {
            weighColumns(picture.columns(), offset + columns.start()[nextColumn]);
            place();
            nextColumn++;
        }
    }

    /** Makes those outputs for which the rows before {@code end} suffice. */
    void finish(int end) {
        while (nextRow < rows.outputs() && top + rows.end(nextRow) <= end) {
            weighRows(top + rows.start()[nextRow]);
            int at = nextRow * rowLength;
            for (int i = 0; i < rowLength; i++) {
                out[at + i] = (byte) clip(rowSums[i]);
            }
            nextRow++;
        }
    }

    private void weighColumns(int[][] samples, int first) {
        Arrays.fill(columnSums, HALF);
        int[] weights = columns.fixed();
        int weight = nextColumn * columns.stride();
        int end = weight + columns.count()[nextColumn];
        for (int x = first; weight < end; x += MULTIPLE, weight += MULTIPLE) {
            add(columnSums, samples[x], samples[x + 1], samples[x + 2], samples[x + 3], weights, weight);
        }
    }

    private void weighRows(int first) {
        Arrays.fill(rowSums, HALF);
        int[] weights = rows.fixed();
        int weight = nextRow * rows.stride();
        int end = weight + rows.count()[nextRow];
        for (int y = first; weight < end; y += MULTIPLE, weight += MULTIPLE) {
            add(rowSums, row(y), row(y + 1), row(y + 2), row(y + 3), weights, weight);
        }
    }

    private int[] row(int y) {
        return ring[y % ring.length];
    }

    /** Of separate arrays at one index: the JIT vectorises this, but neither offsets in one array nor more arrays. */
    private static void add(int[] sums, int[] a, int[] b, int[] c, int[] d, int[] weights, int at) {
        int wa = weights[at];
        int wb = weights[at + 1];
        int wc = weights[at + 2];
        int wd = weights[at + 3];
        for (int i = 0; i < sums.length; i++) {
            sums[i] += a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd;
        }
    }

    private void place() {
        if (channels == 3) {
            placeRgb(narrowed, 3 * nextColumn, columnSums);
        } else {
            for (int c = 0; c < channels; c++) {
                place(narrowed, nextColumn * channels + c, columnSums, c * TransposedRows.ROWS);
            }
        }
    }

    private static void placeRgb(int[][] rows, int to, int[] sums) {
        for (int i = 0; i < TransposedRows.ROWS; i++) {
            int[] row = rows[i];
            row[to] = clip(sums[i]);
            row[to + 1] = clip(sums[TransposedRows.ROWS + i]);
            row[to + 2] = clip(sums[2 * TransposedRows.ROWS + i]);
        }
    }

    private static void place(int[][] rows, int to, int[] sums, int from) {
        for (int i = 0; i < TransposedRows.ROWS; i++) {
            rows[i][to] = clip(sums[from + i]);
        }
    }

    private static int clip(int sum) {
        return Math.max(0, Math.min(255, sum >> PRECISION_BITS));
    }
}
