package io.bulwark.imaging.structure;

import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Relief;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the content of a picture is. Immutable; any thread. Coordinates are a glimpse's or, after {@link #in}, a
 * picture's.
 *
 * @param contents what is left when plain margins are cut, at most {@value #MOST_CONTENTS}: the outermost, then the
 *     innermost where margins lie within margins; none where there are no margins to speak of
 * @param panels pictures within the picture, the largest first; at most {@value #MOST_PANELS}
 * @param quarters of the picture, where it has panels: most collages are cut in halves, also where their pictures share
 *     a ground and no line shows it; none that is a panel already
 * @param isUnfinished whether the search for panels stopped early, so that there may be any number more. There is then
 *     at least one content or panel: where nothing else was found, the quarters of the picture are its panels
 */
public record Layout(List<Area> contents, List<Area> panels, List<Area> quarters, boolean isUnfinished) {

    /** Contents at most. */
    public static final int MOST_CONTENTS = 2;

    /** Panels at most that are looked for; who has more panels than views can say so from fewer. */
    public static final int MOST_PANELS = 100;

    /** Panels from which on a picture may be a collage. */
    private static final int FEWEST_OF_COLLAGE = 2;

    /** Nothing is known of the picture: it is all content. */
    public static final Layout NONE = new Layout(List.of(), List.of(), List.of(), false);

    /** Sides of a glimpse below which it shows no structure. */
    static final int SMALLEST_GLIMPSE = 24;

    /** What a cut leaves, in hundredths of what is shown already, for the rest to be a separate view. */
    private static final int NOTICEABLE = 80;

    /** Two areas that share this percentage are one view. */
    private static final int ALIKE = 80;

    public Layout {
        contents = List.copyOf(contents);
        panels = List.copyOf(panels);
        quarters = List.copyOf(quarters);
    }

    /**
     * Looks for margins and panels. The same cells give the same layout.
     *
     * @param pixels of the picture to a cell, along a side; at least 1
     */
    static Layout of(Scene.Glimpse glimpse, Relief relief, double pixels) {
        if (Math.min(glimpse.width(), glimpse.height()) < SMALLEST_GLIMPSE) {
            return NONE;
        }
        Area whole = Area.of(glimpse.width(), glimpse.height());
        Optional<List<Area>> rings = new Margins(relief).rings(whole);
        if (rings.isEmpty()) {
            return NONE;
        }
        List<Area> contents = contents(whole, rings.get());
        List<Area> shown = new ArrayList<>(contents);
        shown.add(whole);
        List<Area> panels = new ArrayList<>();
        Panels search = new Panels(relief, pixels);
        for (Area panel : search.of(whole, rings.get())) {
            if (panels.size() < MOST_PANELS && shown.stream().noneMatch(other -> panel.isAlike(other, ALIKE))) {
                panels.add(panel);
                shown.add(panel);
            }
        }
        if (search.isUnfinished() && contents.isEmpty() && panels.isEmpty()) {
            panels.addAll(quarters(whole));
            shown.addAll(panels);
        }
        panels.sort(Comparator.comparingLong(Area::size).reversed());
        Area inner = contents.isEmpty() ? whole : contents.get(0);
        List<Area> quarters = panels.size() < FEWEST_OF_COLLAGE
                ? List.of()
                : quarters(inner).stream()
                        .filter(quarter -> shown.stream().noneMatch(other -> quarter.isAlike(other, ALIKE)))
                        .toList();
        return new Layout(contents, panels, quarters, search.isUnfinished());
    }

    private static List<Area> quarters(Area area) {
        int middle = area.x() + area.width() / 2;
        int centre = area.y() + area.height() / 2;
        return List.of(
                Area.between(area.x(), area.y(), middle, centre),
                Area.between(middle, area.y(), area.right(), centre),
                Area.between(area.x(), centre, middle, area.bottom()),
                Area.between(middle, centre, area.right(), area.bottom()));
    }

    private static List<Area> contents(Area whole, List<Area> rings) {
        List<Area> contents = new ArrayList<>();
        Area shown = whole;
        for (Area ring : rings) {
            if (100 * ring.size() <= NOTICEABLE * shown.size()) {
                contents.add(ring);
                shown = ring;
            }
        }
        return contents.size() <= MOST_CONTENTS
                ? contents
                : List.of(contents.get(0), contents.get(contents.size() - 1));
    }

    /**
     * What this shows and what that shows, once each: two layouts of one picture, such as with and without its alpha.
     * Where they do not agree on the margins, neither's are margins: what they left are panels.
     */
    public Layout and(Layout other) {
        boolean agree = !contents.isEmpty()
                && !other.contents.isEmpty()
                && contents.get(0).isAlike(other.contents.get(0), ALIKE);
        List<Area> left = new ArrayList<>();
        List<Area> further = new ArrayList<>(panels);
        if (agree) {
            left.addAll(contents);
            left.set(0, contents.get(0).with(other.contents.get(0)));
        } else {
            further.addAll(contents);
        }
        List<Area> shown = new ArrayList<>(left);
        shown.addAll(further);
        Stream.concat(other.contents.stream(), other.panels.stream())
                .filter(area -> shown.stream().noneMatch(known -> area.isAlike(known, ALIKE)))
                .forEach(further::add);
        further.sort(Comparator.comparingLong(Area::size).reversed());
        return new Layout(
                left, further, quarters.isEmpty() ? other.quarters : quarters, isUnfinished || other.isUnfinished);
    }

    /**
     * The same in the coordinates of the picture.
     *
     * @param glimpse width and height of the glimpse that it was found in
     */
    Layout in(Area glimpse, int width, int height) {
        return new Layout(
                scaled(contents, glimpse, width, height),
                scaled(panels, glimpse, width, height),
                scaled(quarters, glimpse, width, height),
                isUnfinished);
    }

    private static List<Area> scaled(List<Area> areas, Area glimpse, int width, int height) {
        return areas.stream().map(area -> scaled(area, glimpse, width, height)).toList();
    }

    /** Every pixel that a cell is made of belongs to it. */
    private static Area scaled(Area area, Area glimpse, int width, int height) {
        return Area.between(
                (int) ((long) area.x() * width / glimpse.width()),
                (int) ((long) area.y() * height / glimpse.height()),
                (int) (((long) area.right() * width + glimpse.width() - 1) / glimpse.width()),
                (int) (((long) area.bottom() * height + glimpse.height() - 1) / glimpse.height()));
    }

    /**
     * Finds the pictures of a collage or a screenshot: cuts its margins, divides it along gutters or straight lines,
     * and does the same with each part (the recursive X-Y cut of Nagy and Seth, "Hierarchical representation of
     * optically scanned documents", ICPR 1984). One thread, one picture.
     *
     * <p>Where a part divides into nothing, it is tried again within its next ring, so an upload can make the parts
     * multiply with each level. The search therefore stops when it has looked at {@value #LOOKS} times the cells of
     * the picture: each of {@value #DEEPEST} levels needs no more than its margins and {@value #RINGS} rings once,
     * unless it is led astray.
     */
    static final class Panels {

        /** Panels with straight sides have at least this part of the longer side of the picture in width and height. */
        private static final int LEAST = 10;

        /** Others, such as drawings on the ground that they share. */
        private static final int LEAST_DRAWING = 4;

        /** Pixels that a panel has at least in width and height: an encoder recognises nothing in fewer. */
        static final int LEAST_PIXELS = 48;

        /** Cells along its sides that do not count as its content: they are mixed with what lies beside it. */
        private static final int RIM = 1;

        /** Cells that it has at least. */
        private static final int LEAST_CELLS = 12;

        private static final int DEEPEST = 8;

        /** Rings within which parts are looked for. */
        private static final int RINGS = 3;

        /** How often a cell is looked at, on average, before the search stops. */
        static final int LOOKS = 40;

        /** Hundredths of a side that stand out from the ground beside it, where the side is straight. */
        private static final int STRAIGHT = 60;

        /** In what is not plain at least one cell in this number has an edge. */
        private static final int ONE_IN = 200;

        private final Relief rows;
        private final Relief columns;
        private final Margins margins;
        private final Cuts cuts;
        private final int least;
        private final int leastDrawing;
        private final long mostCells;
        private long looked;
        private boolean unfinished;

        /** @param pixels of the picture to a cell, at least 1 */
        Panels(Relief relief, double pixels) {
            this.rows = relief;
            this.columns = relief.transposed();
            int longSide = Math.max(relief.width(), relief.height());
            this.least = Math.max(LEAST_CELLS, Math.max(longSide / LEAST, (int) Math.ceil(LEAST_PIXELS / pixels)));
            this.leastDrawing = Math.max(least, longSide / LEAST_DRAWING);
            this.mostCells = (long) LOOKS * relief.width() * relief.height();
            this.margins = new Margins(relief);
            this.cuts = new Cuts(relief, least);
        }

        /** The panels of the whole, whose rings are known. */
        List<Area> of(Area whole, List<Area> rings) {
            return within(whole, rings, 0);
        }

        /** Whether the search stopped early, so that there may be more panels than it found. */
        boolean isUnfinished() {
            return unfinished;
        }

        /** Cells that were looked at for margins and cuts, each as often as it was. */
        long looked() {
            return looked;
        }

        /** Whether there are looks left for all of an area; takes them. */
        private boolean mayLookAt(Area area) {
            unfinished |= looked + area.size() > mostCells;
            looked += unfinished ? 0 : area.size();
            return !unfinished;
        }

        private List<Area> find(Area area, int depth) {
            if (area.width() < least || area.height() < least || !mayLookAt(area)) {
                return List.of();
            }
            Optional<List<Area>> rings = margins.rings(area);
            return rings.isEmpty() ? List.of() : within(area, rings.get(), depth);
        }

        private List<Area> within(Area area, List<Area> rings, int depth) {
            Area outer = rings.isEmpty() ? area : rings.get(0);
            if (depth < DEEPEST) {
                List<Area> found = divided(outer, depth);
                for (int i = 1; found.isEmpty() && i < Math.min(rings.size(), RINGS); i++) {
                    found = divided(rings.get(i), depth);
                }
                if (!found.isEmpty()) {
                    return found;
                }
            }
            return isPanel(outer) ? List.of(outer) : List.of();
        }

        private List<Area> divided(Area area, int depth) {
            if (!mayLookAt(area)) {
                return List.of();
            }
            List<Area> parts = cuts.of(area);
            List<Area> found = new ArrayList<>();
            if (!parts.equals(List.of(area))) {
                for (Area part : parts) {
                    found.addAll(find(part, depth + 1));
                }
            }
            return found;
        }

        private boolean isPanel(Area area) {
            if (Math.min(area.width(), area.height()) < least || !isBusy(area)) {
                return false;
            }
            return Math.min(area.width(), area.height()) >= leastDrawing || straightSides(area) >= 3;
        }

        /** Whether it shows anything but one colour. */
        private boolean isBusy(Area area) {
            int edges = 0;
            for (int y = area.y() + 1 + RIM; y < area.bottom() - RIM; y++) {
                for (int x = area.x() + 1 + RIM; x < area.right() - RIM; x++) {
                    if (rows.fromLeft(x, y) >= Margins.EDGE || rows.fromAbove(x, y) >= Margins.EDGE) {
                        edges++;
                    }
                }
            }
            return (long) edges * ONE_IN >= area.size();
        }

        private int straightSides(Area area) {
            return isStraight(rows, area, area.y())
                    + isStraight(rows, area, area.bottom())
                    + isStraight(columns, area.transposed(), area.x())
                    + isStraight(columns, area.transposed(), area.right());
        }

        /** 1 if there is an edge along the line above this row, or next to it; at the picture's own edge always. */
        private static int isStraight(Relief relief, Area area, int y) {
            if (y <= 1 || y >= relief.height() - 1) {
                return 1;
            }
            int edges = 0;
            for (int x = area.x(); x < area.right(); x++) {
                int step = Math.max(
                        relief.fromAbove(x, y), Math.max(relief.fromAbove(x, y - 1), relief.fromAbove(x, y + 1)));
                edges += step >= Margins.EDGE ? 1 : 0;
            }
            return 100 * edges >= STRAIGHT * area.width() ? 1 : 0;
        }
    }
}
