package io.bulwark.imaging.structure;

import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Relief;
import java.util.ArrayList;
import java.util.List;

/**
 * Divides an area from top to bottom or from left to right: along gutters, which are plain from edge to edge, else
 * along the straightest line that goes all the way across. One thread.
 */
final class Cuts {

    /** Cells that a gutter has at least; a narrower one is a line. */
    private static final int GUTTER = 2;

    /** Steps of a line that separates pictures. */
    private static final int STEP = 20;

    /** Hundredths of a line that have such a step. */
    private static final int STEPS = 70;

    /** The same in the very middle, where most collages are cut. */
    private static final int STEPS_IN_THE_MIDDLE = 8;

    /** Hundredths of a line that may go through something without a step. */
    private static final int CROSSED = 12;

    /** How far the ground that pictures share may be from its middle. */
    private static final int GROUND = 18;

    /** How much stronger a line is than what lies beside it. */
    private static final int STRONGER = 2;

    /** Steps count up to here, so that a few strong ones are no line. */
    private static final int STRONGEST = 64;

    private final Relief rows;
    private final Relief columns;
    private final int least;

    /** @param least cells that a part has at least, across the line */
    Cuts(Relief rows, int least) {
        this.rows = rows;
        this.columns = rows.transposed();
        this.least = least;
    }

    /** The parts; the area alone where there is no cut. Parts that are too narrow are left out. */
    List<Area> of(Area area) {
        Line middle = line(rows, area, true);
        Line centre = line(columns, area.transposed(), true);
        if (middle.score > 0 || centre.score > 0) {
            return halves(area, middle, centre);
        }
        Gutters across = Gutters.of(rows, area, least);
        Gutters down = Gutters.of(columns, area.transposed(), least);
        if (across.widest > 0 || down.widest > 0) {
            return across.widest >= down.widest
                    ? across.parts
                    : down.parts.stream().map(Area::transposed).toList();
        }
        Line vertical = line(rows, area, false);
        Line horizontal = line(columns, area.transposed(), false);
        return vertical.score > 0 || horizontal.score > 0 ? halves(area, vertical, horizontal) : List.of(area);
    }

    private static List<Area> halves(Area area, Line vertical, Line horizontal) {
        return vertical.score >= horizontal.score
                ? halves(area, vertical.at)
                : halves(area.transposed(), horizontal.at).stream()
                        .map(Area::transposed)
                        .toList();
    }

    private static List<Area> halves(Area area, int line) {
        return List.of(
                Area.between(area.x(), area.y(), line, area.bottom()),
                Area.between(line + 1, area.y(), area.right(), area.bottom()));
    }

    /** @param score hundredths of the line that have a step, 0 where there is no line */
    private record Line(int at, int score) {}

    /**
     * The best vertical line.
     *
     * @param middle whether only one in the very middle counts, which needs fewer steps
     */
    private Line line(Relief relief, Area area, boolean middle) {
        int centre = area.x() + area.width() / 2;
        int from = middle ? Math.max(centre - 1, area.x() + least) : area.x() + least;
        int to = middle ? Math.min(centre + 1, area.right() - least) : area.right() - least;
        Line best = new Line(0, 0);
        if (to < from) {
            return best;
        }
        int margin = 5;
        int first = Math.max(area.x() + 1, from - margin);
        int last = Math.min(area.right() - 2, to + margin);
        int[] strengths = new int[last - first + 1];
        int[] steps = new int[strengths.length];
        for (int y = area.y(); y < area.bottom(); y++) {
            for (int i = 0; i < strengths.length; i++) {
                int step = relief.over(first + i, y);
                strengths[i] += Math.min(STRONGEST, step);
                steps[i] += step >= STEP ? 1 : 0;
            }
        }
        for (int x = Math.max(from, first); x <= Math.min(to, last); x++) {
            int score = 100 * steps[x - first] / area.height();
            if (score >= (middle ? STEPS_IN_THE_MIDDLE : STEPS)
                    && score > best.score
                    && isStrong(strengths, x - first)
                    && 100 * (middle ? offGround(relief, area, x) : crossed(relief, area, x))
                            <= CROSSED * area.height()) {
                best = new Line(x, score);
            }
        }
        return best;
    }

    /** Stronger than the columns from three to five cells beside it, on both sides. */
    private static boolean isStrong(int[] strengths, int at) {
        for (int side = -1; side <= 1; side += 2) {
            int sum = 0;
            int count = 0;
            for (int i = 3; i <= 5; i++) {
                int other = at + side * i;
                if (other >= 0 && other < strengths.length) {
                    sum += strengths[other];
                    count++;
                }
            }
            if (count > 0 && (long) strengths[at] * count < (long) STRONGER * sum) {
                return false;
            }
        }
        return true;
    }

    /** Rows that go on from the left of a line to the right without a step at it, and are not plain there. */
    private static int crossed(Relief relief, Area area, int x) {
        int crossed = 0;
        for (int y = area.y(); y < area.bottom(); y++) {
            if (relief.over(x, y) < STEP && isBusy(relief, area, x, y)) {
                crossed++;
            }
        }
        return crossed;
    }

    /**
     * Rows without a step at a line that are busy there or do not have the ground that most of these rows share:
     * pictures on one ground meet in it, a photograph goes on in many colours.
     */
    private static int offGround(Relief relief, Area area, int x) {
        int[] ground = new int[relief.channels()];
        for (int c = 0; c < ground.length; c++) {
            ground[c] = median(relief, area, x, c);
        }
        int off = 0;
        for (int y = area.y(); y < area.bottom(); y++) {
            boolean isGround = !isBusy(relief, area, x, y);
            for (int c = 0; c < ground.length; c++) {
                isGround &= Math.abs(relief.value(x, y, c) - ground[c]) <= GROUND;
            }
            off += relief.over(x, y) < STEP && !isGround ? 1 : 0;
        }
        return off;
    }

    private static int median(Relief relief, Area area, int x, int channel) {
        int[] counts = new int[256];
        int rows = 0;
        for (int y = area.y(); y < area.bottom(); y++) {
            if (relief.over(x, y) < STEP) {
                counts[relief.value(x, y, channel)]++;
                rows++;
            }
        }
        int value = 0;
        for (int below = counts[0]; value < 255 && 2 * below < rows; below += counts[value]) {
            value++;
        }
        return value;
    }

    private static boolean isBusy(Relief relief, Area area, int x, int y) {
        int from = Math.max(area.x() + 1, x - 2);
        int to = Math.min(area.right() - 1, x + 3);
        for (int i = from; i <= to; i++) {
            if (relief.fromLeft(i, y) >= Margins.EDGE) {
                return true;
            }
        }
        return false;
    }

    /**
     * What lies between gutters.
     *
     * @param parts that are wide enough, from left to right
     * @param widest cells of the widest gutter, 0 where there is none
     */
    private record Gutters(List<Area> parts, int widest) {

        static Gutters of(Relief relief, Area area, int least) {
            List<Area> parts = new ArrayList<>();
            int widest = 0;
            int start = area.x();
            int x = area.x();
            while (x < area.right()) {
                int end = endOfPlain(relief, area, x);
                if (end - x >= GUTTER && x > area.x() && end < area.right()) {
                    add(parts, area, start, x, least);
                    widest = Math.max(widest, end - x);
                    start = end;
                }
                x = Math.max(end, x + 1);
            }
            add(parts, area, start, area.right(), least);
            return new Gutters(parts, widest);
        }

        private static void add(List<Area> parts, Area area, int from, int to, int least) {
            if (to - from >= least) {
                parts.add(Area.between(from, area.y(), to, area.bottom()));
            }
        }

        /** One past the last of the plain columns from this one on between which nothing changes either. */
        private static int endOfPlain(Relief relief, Area area, int from) {
            int x = from;
            while (x < area.right() && isPlain(relief, area, x) && (x == from || isLevel(relief, area, x))) {
                x++;
            }
            return x;
        }

        private static boolean isPlain(Relief relief, Area area, int x) {
            for (int y = area.y() + 1; y < area.bottom(); y++) {
                if (relief.fromAbove(x, y) >= Margins.EDGE) {
                    return false;
                }
            }
            return true;
        }

        /** Whether nothing changes from the column before to this one. */
        private static boolean isLevel(Relief relief, Area area, int x) {
            for (int y = area.y(); y < area.bottom(); y++) {
                if (relief.fromLeft(x, y) >= Margins.EDGE) {
                    return false;
                }
            }
            return true;
        }
    }
}
