package io.bulwark.imaging.structure;

import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Relief;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Cuts plain margins, ring by ring: on each side the rows or columns whose cells hardly differ from each other, of a
 * colour of the side's own that may drift slightly. A margin ends at an edge. Where the colour drifts on until it has
 * changed too much, as a sky's does, nothing is cut on that side. One thread.
 */
final class Margins {

    /** Steps from here on are edges: above what noise and mediocre JPEGs leave of plain ground. */
    static final int EDGE = 12;

    /** How far a margin's colour may drift, in each channel. */
    private static final int DRIFT = 36;

    /** Frames within frames, thin lines counted: more are left. */
    private static final int MOST_RINGS = 12;

    private final Relief rows;
    private final Relief columns;

    Margins(Relief rows) {
        this.rows = rows;
        this.columns = rows.transposed();
    }

    /**
     * What is left after each ring, from the outermost on; none where nothing is cut. Empty where all of it is plain.
     */
    Optional<List<Area>> rings(Area area) {
        List<Area> rings = new ArrayList<>();
        Area left = area;
        while (rings.size() < MOST_RINGS) {
            Optional<Area> inner = cut(left);
            if (inner.isEmpty()) {
                return rings.isEmpty() ? Optional.empty() : Optional.of(rings);
            }
            if (inner.get().equals(left)) {
                return Optional.of(rings);
            }
            left = inner.get();
            rings.add(left);
        }
        return Optional.of(rings);
    }

    /** One ring less; empty where nothing but plain bars is left. */
    private Optional<Area> cut(Area area) {
        return cutRows(rows, area)
                .flatMap(high -> cutRows(columns, high.transposed()))
                .map(Area::transposed);
    }

    private static Optional<Area> cutRows(Relief relief, Area area) {
        int above = plain(relief, area, false);
        if (above == area.height()) {
            return Optional.empty();
        }
        Area rest = Area.between(area.x(), area.y() + above, area.right(), area.bottom());
        int below = plain(relief, rest, true);
        return below == rest.height()
                ? Optional.empty()
                : Optional.of(Area.between(rest.x(), rest.y(), rest.right(), rest.bottom() - below));
    }

    /** How many rows are plain from the top on, or from the bottom on; all of them where no edge ends it. */
    private static int plain(Relief relief, Area area, boolean fromBelow) {
        int[] least = new int[relief.channels()];
        int[] most = new int[relief.channels()];
        Arrays.fill(least, 255);
        for (int i = 0; i < area.height(); i++) {
            int y = fromBelow ? area.bottom() - 1 - i : area.y() + i;
            if (hasEdge(relief, area, y)) {
                return i;
            }
            if (drifts(relief, area, y, least, most)) {
                return i > 0 && isEdge(relief, area, fromBelow ? y + 1 : y) ? i : 0;
            }
        }
        return area.height();
    }

    private static boolean hasEdge(Relief relief, Area area, int y) {
        for (int x = area.x() + 1; x < area.right(); x++) {
            if (relief.fromLeft(x, y) >= EDGE) {
                return true;
            }
        }
        return false;
    }

    /** Whether with this row the margin's colour has changed too much. */
    private static boolean drifts(Relief relief, Area area, int y, int[] least, int[] most) {
        for (int c = 0; c < least.length; c++) {
            for (int x = area.x(); x < area.right(); x++) {
                int value = relief.value(x, y, c);
                least[c] = Math.min(least[c], value);
                most[c] = Math.max(most[c], value);
            }
            if (most[c] - least[c] > DRIFT) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is an edge between the row above and this one. */
    private static boolean isEdge(Relief relief, Area area, int y) {
        for (int x = area.x(); x < area.right(); x++) {
            if (relief.fromAbove(x, y) >= EDGE) {
                return true;
            }
        }
        return false;
    }
}
