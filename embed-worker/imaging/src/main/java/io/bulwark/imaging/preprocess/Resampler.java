package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.rows.PixelRows;
import io.bulwark.imaging.structure.Scene.Area;
import java.util.ArrayList;
import java.util.List;

/**
 * Pillow's antialiased resize of 8-bit channels, bit for bit: horizontal pass, rounding to bytes, vertical pass, each
 * in 22-bit fixed point. Pillow leaves out a pass that would not change the size; here its weights are 1 and 0, which
 * comes to the same.
 *
 * <p>Fast where it matters: both passes are plain loops over ints that the JIT vectorises, the horizontal one over rows
 * that are transposed for it; only the rows that the next output needs are kept. Parts of one picture are made
 * together, so that its rows are read and transposed once for all of them. Any thread.
 */
final class Resampler {

    private final ResampleKernel.Cache kernels = new ResampleKernel.Cache();

    /**
     * A part of a picture, resized as if it were the whole.
     *
     * @param box the part
     * @param target what it is resized to
     */
    record Part(Area box, Target target) {}

    /**
     * Resizes one part.
     *
     * @return {@code [window height, window width, channels]}
     */
    byte[] resize(PixelRows picture, Area box, Target target, PreprocessSpec.Interpolation filter) {
        return resize(picture, List.of(new Part(box, target)), filter).get(0);
    }

    /**
     * Resizes several parts of one picture.
     *
     * @param parts at least one
     * @return for each {@code [window height, window width, channels]}
     */
    List<byte[]> resize(PixelRows picture, List<Part> parts, PreprocessSpec.Interpolation filter) {
        List<Strip> strips = new ArrayList<>();
        for (Part part : parts) {
            strips.add(strip(part, filter, picture.channels()));
        }
        TransposedRows rows = new TransposedRows(
                picture,
                strips.stream().mapToInt(Strip::firstColumn).min().orElseThrow(),
                strips.stream().mapToInt(Strip::endColumn).max().orElseThrow(),
                strips.stream().mapToInt(Strip::stride).max().orElseThrow());
        int end = strips.stream().mapToInt(Strip::endRow).max().orElseThrow();
        int first = strips.stream().mapToInt(Strip::firstRow).min().orElseThrow();
        List<Strip> concerned = new ArrayList<>();
        for (int y = first; y < end; y += TransposedRows.ROWS) {
            concerned.clear();
            for (Strip strip : strips) {
                if (strip.start(y)) {
                    concerned.add(strip);
                }
            }
            rows.start(y, end);
            while (rows.advance()) {
                for (Strip strip : concerned) {
                    strip.narrow(rows);
                }
            }
            for (Strip strip : concerned) {
                strip.finish(y + TransposedRows.ROWS);
            }
        }
        return strips.stream().map(Strip::pixels).toList();
    }

    private Strip strip(Part part, PreprocessSpec.Interpolation filter, int channels) {
        Area box = part.box();
        Target target = part.target();
        Area window = target.window();
        return new Strip(
                box,
                kernels.get(filter, box.width(), target.width(), window.x(), window.width()),
                kernels.get(filter, box.height(), target.height(), window.y(), window.height()),
                channels);
    }

    /**
     * What a resize makes.
     *
     * @param width of the whole resized picture
     * @param height of the whole resized picture
     * @param window the part of it that is wanted; the rest is never computed
     */
    record Target(int width, int height, Area window) {

        static Target whole(int width, int height) {
            return new Target(width, height, Area.of(width, height));
        }
    }

    /**
     * Some neighbouring rows of a picture, transposed: a column's samples lie side by side, channel after channel, row
     * after row, so that a weight meets all of them in one plain loop, which the JIT vectorises. Rows are transposed
     * once for all strips, a stretch of columns at a time, so that they stay in the processor's cache. One thread.
     */
    static final class TransposedRows {

        /**
         * Rows taken together; measured, as is the stretch: with fewer a loop is too short to pay for being entered.
         */
        static final int ROWS = 64;

        private static final int STRETCH = 64;

        private final PixelRows picture;
        private final int from;
        private final int width;
        private final int channels;
        private final byte[][] rows;
        private final int[][] columns;
        private int first;
        private int last;
        private int done;

        /**
         * @param from first column that is read
         * @param to one past the last
         * @param stride the most columns that an output is made of, those of weight 0 included
         */
        TransposedRows(PixelRows picture, int from, int to, int stride) {
            this.picture = picture;
            this.from = from;
            this.width = to - from;
            this.channels = picture.channels();
            this.rows = new byte[ROWS][STRETCH * channels];
            this.columns = new int[width + ResampleKernel.MULTIPLE - 1][];
            int kept = STRETCH + stride;
            for (int i = 0; i < columns.length; i++) {
                columns[i] = i < kept ? new int[channels * ROWS] : columns[i - kept];
            }
        }

        int from() {
            return from;
        }

        /**
         * Turns to the rows from {@code y} on; where the picture's end before there are enough, the last stands for
         * them.
         */
        void start(int y, int end) {
            first = y;
            last = end - 1;
            done = 0;
        }

        /** Transposes the next stretch of columns. False where there is none left. */
        boolean advance() {
            int count = Math.min(STRETCH, width - done);
            for (int i = 0; i < ROWS && count > 0; i++) {
                picture.read(Math.min(first + i, last), from + done, count, rows[i]);
            }
            for (int i = 0; i < count; i++) {
                transpose(i, columns[done + i]);
            }
            done += count;
            return count > 0;
        }

        /** One past the last column of the picture that is transposed. */
        int end() {
            return from + done;
        }

        /**
         * Each column from {@link #from} on, {@code [channels, ROWS]}. As many before {@link #end} as an output is made
         * of hold their samples, others anything. There are a few more than the picture has, to be weighed with 0.
         */
        int[][] columns() {
            return columns;
        }

        private void transpose(int column, int[] into) {
            if (channels == 3) {
                transposeRgb(rows, 3 * column, into);
            } else {
                for (int c = 0; c < channels; c++) {
                    transpose(rows, channels * column + c, into, c * ROWS);
                }
            }
        }

        private static void transposeRgb(byte[][] rows, int at, int[] into) {
            for (int i = 0; i < ROWS; i++) {
                byte[] row = rows[i];
                into[i] = row[at] & 0xff;
                into[ROWS + i] = row[at + 1] & 0xff;
                into[2 * ROWS + i] = row[at + 2] & 0xff;
            }
        }

        private static void transpose(byte[][] rows, int at, int[] into, int to) {
            for (int i = 0; i < ROWS; i++) {
                into[to + i] = rows[i][at] & 0xff;
            }
        }
    }
}
