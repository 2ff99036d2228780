package io.bulwark.imaging.structure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the pictures of a collage or a screenshot: cuts its margins, divides it along gutters or straight lines, and
 * does the same with each part (the recursive X-Y cut of Nagy and Seth, "Hierarchical representation of optically
 * scanned documents", ICPR 1984). One thread, one picture.
 *
 * <p>Where a part divides into nothing, it is tried again within its next ring, so an upload can make the parts
 * multiply with each level. The search therefore stops when it has looked at {@value #LOOKS} times the cells of the
 * picture: each of {@value #DEEPEST} levels needs no more than its margins and {@value #RINGS} rings once, unless it is
 * led astray.
 */
final class Panels {

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
            int step =
                    Math.max(relief.fromAbove(x, y), Math.max(relief.fromAbove(x, y - 1), relief.fromAbove(x, y + 1)));
            edges += step >= Margins.EDGE ? 1 : 0;
        }
        return 100 * edges >= STRAIGHT * area.width() ? 1 : 0;
    }
}
