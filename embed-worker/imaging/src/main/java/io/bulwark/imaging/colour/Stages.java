package io.bulwark.imaging.colour;

import io.bulwark.imaging.colour.IccBytes.Tag;
import io.bulwark.imaging.colour.IccTable.Grid;
import java.util.Optional;

/**
 * Where the stages of an mAB or mBA tag begin, counted from the tag (ICC.1:2022, 10.12 and 10.13); 0 where a stage is
 * missing.
 *
 * @param connection curves of the connection space, B
 * @param middle curves beside the matrix, M
 * @param device curves of the device, A
 */
record Stages(Tag tag, int connection, int matrix, int middle, int grid, int device) {

    private static final int GRID_HEADER = 20;
    private static final int MOST_CHANNELS = 16;

    static Stages of(IccBytes icc, Tag tag) {
        int at = tag.start() + 12;
        return new Stages(tag, icc.i32(at), icc.i32(at + 4), icc.i32(at + 8), icc.i32(at + 12), icc.i32(at + 16));
    }

    /** Whether the obligatory curves are there, a matrix comes with its curves, and a table with its own. */
    boolean arePaired() {
        return connection != 0 && (matrix == 0) == (middle == 0) && (grid == 0) == (device == 0);
    }

    private boolean holds(int offset, int length) {
        return offset >= 0 && length <= tag.length() - offset;
    }

    Optional<ToneCurve[]> curves(IccBytes icc, int offset, int count) {
        return holds(offset, 0) ? IccCurves.read(icc, tag.start() + offset, tag.end(), count) : Optional.empty();
    }

    /** Nine elements and three that are added. */
    Optional<double[]> matrix(IccBytes icc) {
        if (!holds(matrix, 48)) {
            return Optional.empty();
        }
        double[] elements = new double[12];
        // Chromium reads the elements for XYZ as if its whole numbers stood for up to just below 2.
        double unit = icc.isLab() ? 1 : 65535.0 / 32768;
        for (int i = 0; i < 12; i++) {
            elements[i] = icc.fixed(tag.start() + matrix + 4 * i) * unit;
        }
        return Optional.of(elements);
    }

    Optional<Grid> grid(IccBytes icc, int from, int to) {
        if (from > MOST_CHANNELS || !holds(grid, GRID_HEADER)) {
            return Optional.empty();
        }
        int at = tag.start() + grid;
        int[] points = new int[from];
        boolean possible = true;
        for (int i = 0; i < from; i++) {
            points[i] = icc.u8(at + i);
            possible &= points[i] >= 2;
        }
        int width = icc.u8(at + MOST_CHANNELS);
        possible &= width == 1 || width == 2;
        long length = IccTable.numbers(points, to) * width;
        return possible && length <= tag.length() - grid - GRID_HEADER
                ? Optional.of(new Grid(points, icc.array(), at + GRID_HEADER, width))
                : Optional.empty();
    }
}
