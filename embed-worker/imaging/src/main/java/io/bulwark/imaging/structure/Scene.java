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
}
