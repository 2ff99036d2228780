package io.bulwark.imaging.structure;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a first look at a picture shows: where its content is, and where nothing is. Immutable; any thread. */
public final class Scene {

    /** Levels that each channel of a rectangle without content spans at most: its view would be plain. */
    private static final int PLAIN = 12;

    /** Two areas that share this percentage are one. */
    private static final int ALIKE = 80;

    /** Percentage of a rectangle in a panel from which on it lies in it. */
    private static final int INSIDE = 95;

    /** Percentage of a panel up to which a rectangle in it shows more than the panel. */
    private static final int MOST_OF_PANEL = 60;

    /** Percentage of the smaller one up to which a rectangle and a panel lie side by side. */
    private static final int BESIDE = 10;

    private final Glimpse glimpse;
    private final Relief relief;
    private final int width;
    private final int height;
    private final Layout layout;

    private Scene(Glimpse glimpse, int width, int height, boolean structure) {
        this.glimpse = glimpse;
        this.relief = Relief.of(glimpse);
        this.width = width;
        this.height = height;
        this.layout = structure
                ? Layout.of(glimpse, relief, (double) width / glimpse.width())
                        .in(Area.of(glimpse.width(), glimpse.height()), width, height)
                : Layout.NONE;
    }

    /**
     * Looks.
     *
     * @param width of the picture in pixels
     * @param height of the picture in pixels
     * @param structure whether margins and panels are looked for
     */
    public static Scene of(Glimpse glimpse, int width, int height, boolean structure) {
        return new Scene(glimpse, width, height, structure);
    }

    /** Margins and panels, in the coordinates of the picture. */
    public Layout layout() {
        return layout;
    }

    /**
     * Pictures that were laid upright on the picture, by their straight edges, in the coordinates of the picture: none
     * that is plain.
     *
     * @param wanted which of them may take a place
     */
    public Rectangles rectangles(Predicate<Area> wanted) {
        if (Math.min(glimpse.width(), glimpse.height()) < Layout.SMALLEST_GLIMPSE) {
            return new Rectangles(List.of(), false);
        }
        Rectangles found = new RectangleFinder(relief).find(cells -> {
            Area area = inPicture(cells);
            return isApart(area) && wanted.test(area) && !relief.spansAtMost(PLAIN, within(cells));
        });
        return new Rectangles(found.areas.stream().map(this::inPicture).toList(), found.more);
    }

    /**
     * What straight edges enclose.
     *
     * @param areas {@value RectangleFinder#MOST} at most, the clearest first
     * @param more whether there are more, or {@value RectangleFinder#MOST_ASKED} others came first and not all were
     *     looked at
     */
    public record Rectangles(List<Area> areas, boolean more) {}

    /** Whether it is a panel, lies in one, or shares next to nothing with any: edges of several make more rectangles. */
    private boolean isApart(Area area) {
        return layout.panels().stream().allMatch(panel -> {
            long shared = area.shared(panel);
            boolean isInside =
                    100 * shared >= INSIDE * area.size() && 100 * area.size() <= MOST_OF_PANEL * panel.size();
            return 100 * shared <= BESIDE * Math.min(area.size(), panel.size())
                    || isInside
                    || area.isAlike(panel, ALIKE);
        });
    }

    /** The ellipse that the picture was cut to, if it was, in cells of the small copy. */
    public Optional<RoundPicture> round() {
        return RoundPicture.in(relief);
    }

    private Area inPicture(Area cells) {
        return Area.between(
                pixel(cells.x(), width, glimpse.width()),
                pixel(cells.y(), height, glimpse.height()),
                pixel(cells.right(), width, glimpse.width()),
                pixel(cells.bottom(), height, glimpse.height()));
    }

    /** The small copy that was looked at. */
    public Glimpse glimpse() {
        return glimpse;
    }

    /** Whether a part of the picture has no edge at all. */
    public boolean isPlain(Area part) {
        int right = cell(part.right() - 1, width, glimpse.width());
        int bottom = cell(part.bottom() - 1, height, glimpse.height());
        int left = cell(part.x(), width, glimpse.width());
        int top = cell(part.y(), height, glimpse.height());
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                // An edge to what lies before the part is none within it.
                if (x > left && relief.fromLeft(x, y) >= Margins.EDGE
                        || y > top && relief.fromAbove(x, y) >= Margins.EDGE) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Without the cells that an edge may lie in. */
    private static Area within(Area cells) {
        return Area.between(cells.x() + 2, cells.y() + 2, cells.right() - 2, cells.bottom() - 2);
    }

    private static int pixel(int cell, int pixels, int cells) {
        return (int) ((long) cell * pixels / cells);
    }

    private static int cell(int pixel, int pixels, int cells) {
        return (int) ((long) pixel * cells / pixels);
    }

    /**
     * A small copy of a picture, in which its structure is looked for. Its cells are the picture's pixels where that
     * has no more than {@value #MOST_CELLS}, else means over some of them.
     *
     * @param width in cells
     * @param height in cells
     * @param channels 1 to 4
     * @param cells {@code [height, width, channels]} unsigned bytes; colours multiplied by alpha where there is any
     */
    public record Glimpse(int width, int height, int channels, byte[] cells) {

        /** Cells at most, whatever the picture's shape: what looking at it costs does not depend on the upload. */
        public static final int MOST_CELLS = 40_000;

        public Glimpse {
            if (width < 1 || height < 1 || channels < 1 || cells.length != (long) width * height * channels) {
                throw new IllegalArgumentException(
                        "%dx%d cells of %d channels are no %d bytes".formatted(width, height, channels, cells.length));
            }
        }

        /** The size of the small copy of a picture of this size. */
        public static Area sizeFor(int width, int height) {
            double scale = Math.min(1, Math.sqrt((double) MOST_CELLS / ((double) width * height)));
            return Area.of(scaled(width, scale), scaled(height, scale));
        }

        private static int scaled(int side, double scale) {
            // A side of one cell is not scaled further, so the other one has all cells at most.
            return Math.min(MOST_CELLS, Math.max(1, (int) (side * scale)));
        }
    }

    /**
     * A rectangle of whole cells or pixels, origin at the top left.
     *
     * @param width at least 1
     * @param height at least 1
     */
    public record Area(int x, int y, int width, int height) {

        /** All of a picture. */
        public static Area of(int width, int height) {
            return new Area(0, 0, width, height);
        }

        static Area between(int left, int top, int right, int bottom) {
            return new Area(left, top, right - left, bottom - top);
        }

        /** One past the last column. */
        public int right() {
            return x + width;
        }

        /** One past the last row. */
        public int bottom() {
            return y + height;
        }

        /** How many cells or pixels it has. */
        public long size() {
            return (long) width * height;
        }

        /** Rows for columns. */
        Area transposed() {
            return new Area(y, x, height, width);
        }

        /** The smallest area that has both. */
        Area with(Area other) {
            return between(
                    Math.min(x, other.x),
                    Math.min(y, other.y),
                    Math.max(right(), other.right()),
                    Math.max(bottom(), other.bottom()));
        }

        /** How many cells or pixels are in both. */
        long shared(Area other) {
            long across = Math.min(right(), other.right()) - Math.max(x, other.x);
            long down = Math.min(bottom(), other.bottom()) - Math.max(y, other.y);
            return Math.max(0, across) * Math.max(0, down);
        }

        /** Whether the shared part is at least this percentage of both together. */
        public boolean isAlike(Area other, int percent) {
            long shared = shared(other);
            return 100 * shared >= percent * (size() + other.size() - shared);
        }
    }

    /**
     * The steps between neighbouring cells of a glimpse, read along its rows or, with rows and columns exchanged, along
     * its columns: so whatever looks for rows finds columns in {@link #transposed}. A step is the greatest difference
     * of any channel, 0 to 255. One thread.
     */
    record Relief(
            int width,
            int height,
            int stepX,
            int stepY,
            int channels,
            byte[] cells,
            byte[] fromLeft,
            byte[] fromAbove) {

        static Relief of(Scene.Glimpse glimpse) {
            int width = glimpse.width();
            int height = glimpse.height();
            byte[] fromLeft = new byte[width * height];
            byte[] fromAbove = new byte[width * height];
            Relief relief =
                    new Relief(width, height, 1, width, glimpse.channels(), glimpse.cells(), fromLeft, fromAbove);
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int at = y * width + x;
                    fromLeft[at] = (byte) (x == 0 ? 0 : relief.difference(at, at - 1));
                    fromAbove[at] = (byte) (y == 0 ? 0 : relief.difference(at, at - width));
                }
            }
            return relief;
        }

        /** The same with rows and columns exchanged; shares what it holds. */
        Relief transposed() {
            return new Relief(height, width, stepY, stepX, channels, cells, fromAbove, fromLeft);
        }

        /** One channel of a cell, 0 to 255. */
        int value(int x, int y, int channel) {
            return cells[at(x, y) * channels + channel] & 0xff;
        }

        /** The step from the cell to the left; 0 in the first column. */
        int fromLeft(int x, int y) {
            return fromLeft[at(x, y)] & 0xff;
        }

        /** The step from the cell above; 0 in the first row. */
        int fromAbove(int x, int y) {
            return fromAbove[at(x, y)] & 0xff;
        }

        /**
         * The step over a cell, from its left neighbour to its right one: an edge that lies within a cell shows in
         * full.
         */
        int over(int x, int y) {
            return difference(at(x - 1, y), at(x + 1, y));
        }

        /** Whether no channel has two values in a part that differ by more. */
        boolean spansAtMost(int levels, Area part) {
            for (int c = 0; c < channels; c++) {
                int least = 255;
                int most = 0;
                for (int y = part.y(); y < part.bottom(); y++) {
                    for (int x = part.x(); x < part.right(); x++) {
                        int value = value(x, y, c);
                        least = Math.min(least, value);
                        most = Math.max(most, value);
                    }
                    if (most - least > levels) {
                        return false;
                    }
                }
            }
            return true;
        }

        /** Whether no channel of two cells differs by more. */
        boolean isAlike(int x, int y, int otherX, int otherY, int levels) {
            return difference(at(x, y), at(otherX, otherY)) <= levels;
        }

        private int at(int x, int y) {
            return x * stepX + y * stepY;
        }

        private int difference(int a, int b) {
            int most = 0;
            for (int c = 0; c < channels; c++) {
                most = Math.max(most, Math.abs((cells[a * channels + c] & 0xff) - (cells[b * channels + c] & 0xff)));
            }
            return most;
        }
    }
}
