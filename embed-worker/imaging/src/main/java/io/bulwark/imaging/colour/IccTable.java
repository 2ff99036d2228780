package io.bulwark.imaging.colour;

import io.bulwark.imaging.colour.IccBytes.Tag;
import java.util.Arrays;
import java.util.Optional;

/**
 * A profile's way through a table of colours (ICC.1:2022, 10.10 to 10.13): a curve a channel, the table, and behind it
 * curves, a matrix, and curves again. What a kind of tag lacks is the identity.
 *
 * @param inputs a curve for each of the device's channels
 * @param grid the table; empty where three channels go on as they are
 * @param middle three curves behind the table
 * @param matrix nine elements and the three that are added
 * @param outputs the three last curves
 */
record IccTable(ToneCurve[] inputs, Optional<Grid> grid, ToneCurve[] middle, double[] matrix, ToneCurve[] outputs) {

    private static final int MOST_CHANNELS = 4;

    private static final int MOST_ENTRIES = 4096;
    private static final double[] NO_MATRIX = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0};

    /**
     * The table's numbers, where they lie in the profile.
     *
     * @param points along each channel, the last channel's neighbours lie side by side
     * @param width bytes of a number
     */
    record Grid(int[] points, byte[] bytes, int start, int width) {}

    /** From the device to the connection space; empty where the tag is broken. */
    static Optional<IccTable> read(IccBytes icc, Tag tag) {
        return read(icc, tag, true);
    }

    /** Whether a tag of the other direction is whole: Chromium lets go of a profile where it is not. */
    static boolean isWholeInverse(IccBytes icc, Tag tag) {
        return read(icc, tag, false).isPresent();
    }

    private static Optional<IccTable> read(IccBytes icc, Tag tag, boolean fromDevice) {
        if (tag.length() < 32) {
            return Optional.empty();
        }
        int from = inputs(icc, tag);
        int to = outputs(icc, tag);
        if ((fromDevice ? from : to) > MOST_CHANNELS || (fromDevice ? to : from) != 3) {
            return Optional.empty();
        }
        if (icc.is(tag.start(), "mft1") || icc.is(tag.start(), "mft2")) {
            return plain(icc, tag);
        }
        return icc.is(tag.start(), fromDevice ? "mAB " : "mBA ")
                ? staged(icc, tag, fromDevice ? from : to)
                : Optional.empty();
    }

    private static int inputs(IccBytes icc, Tag tag) {
        return icc.u8(tag.start() + 8);
    }

    private static int outputs(IccBytes icc, Tag tag) {
        return icc.u8(tag.start() + 9);
    }

    /** mft1 and mft2: numbers of one width. Their matrix is for devices that speak XYZ, and Chromium leaves it out. */
    private static Optional<IccTable> plain(IccBytes icc, Tag tag) {
        int width = icc.is(tag.start(), "mft1") ? 1 : 2;
        int from = inputs(icc, tag);
        int to = outputs(icc, tag);
        int points = icc.u8(tag.start() + 10);
        int at = tag.start() + (width == 1 ? 48 : 52);
        if (from < 1 || to < 1 || points < 2 || at > tag.end()) {
            return Optional.empty();
        }
        int entries = width == 1 ? 256 : icc.u16(tag.start() + 48);
        int exits = width == 1 ? 256 : icc.u16(tag.start() + 50);
        int[] grid = new int[from];
        Arrays.fill(grid, points);
        long numbers = numbers(grid, to);
        long length = (numbers + (long) from * entries + (long) to * exits) * width;
        if (entries < 2 || entries > MOST_ENTRIES || exits < 2 || exits > MOST_ENTRIES || length > tag.end() - at) {
            return Optional.empty();
        }
        int table = at + from * entries * width;
        int behind = table + (int) numbers * width;
        return Optional.of(new IccTable(
                tables(icc, at, from, entries, width),
                Optional.of(new Grid(grid, icc.array(), table, width)),
                identities(3),
                NO_MATRIX,
                tables(icc, behind, to, exits, width)));
    }

    /** mAB and mBA: each stage where an offset says. */
    private static Optional<IccTable> staged(IccBytes icc, Tag tag, int device) {
        Stages stages = Stages.of(icc, tag);
        boolean hasGrid = stages.grid() != 0;
        boolean hasMatrix = stages.matrix() != 0;
        if (device < 1 || !stages.arePaired() || !hasGrid && device != 3) {
            return Optional.empty();
        }
        Optional<ToneCurve[]> identities = Optional.of(identities(3));
        Optional<ToneCurve[]> outputs = stages.curves(icc, stages.connection(), 3);
        Optional<ToneCurve[]> middle = hasMatrix ? stages.curves(icc, stages.middle(), 3) : identities;
        Optional<ToneCurve[]> inputs = hasGrid ? stages.curves(icc, stages.device(), device) : identities;
        Optional<double[]> matrix = hasMatrix ? stages.matrix(icc) : Optional.of(NO_MATRIX);
        Optional<Grid> grid = hasGrid ? stages.grid(icc, inputs(icc, tag), outputs(icc, tag)) : Optional.empty();
        return outputs.isEmpty()
                        || middle.isEmpty()
                        || inputs.isEmpty()
                        || matrix.isEmpty()
                        || grid.isPresent() != hasGrid
                ? Optional.empty()
                : Optional.of(new IccTable(inputs.get(), grid, middle.get(), matrix.get(), outputs.get()));
    }

    /** How many numbers a table has; more than a profile can hold count as very many. */
    static long numbers(int[] points, int channels) {
        long numbers = channels;
        for (int count : points) {
            numbers = Math.min(numbers * count, Integer.MAX_VALUE);
        }
        return numbers;
    }

    private static ToneCurve[] tables(IccBytes icc, int start, int count, int entries, int width) {
        ToneCurve[] curves = new ToneCurve[count];
        for (int i = 0; i < count; i++) {
            curves[i] = ToneCurve.table(icc.array(), start + i * entries * width, entries, width);
        }
        return curves;
    }

    private static ToneCurve[] identities(int count) {
        ToneCurve[] curves = new ToneCurve[count];
        Arrays.fill(curves, ToneCurve.IDENTITY);
        return curves;
    }

    /**
     * Where the stages of an mAB or mBA tag begin, counted from the tag (ICC.1:2022, 10.12 and 10.13); 0 where a stage
     * is missing.
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
            return holds(offset, 0)
                    ? ToneCurve.IccCurves.read(icc, tag.start() + offset, tag.end(), count)
                    : Optional.empty();
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
}
