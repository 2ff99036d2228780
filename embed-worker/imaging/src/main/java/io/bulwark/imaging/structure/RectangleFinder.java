package io.bulwark.imaging.structure;

import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Relief;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds pictures that were laid upright on another picture, whatever either shows: where one ends, cells differ from
 * their neighbours along straight lines, and more than the neighbours differ among each other. Four such lines that end
 * where they meet make a rectangle; one or two that meet may be edges of the picture itself. One thread.
 */
final class RectangleFinder {

    /** Rectangles at most. */
    static final int MOST = 4;

    /** Levels, of 255, by which the cells on both sides of a line differ at least. */
    private static final int STEP = 12;

    /** How much larger, in percent, that step is than the ones beside it. */
    private static final int SHARPER = 210;

    /** What a cell with a step gives a line. */
    private static final int STEP_COUNTS = 100;

    /** What one without takes from it. */
    private static final int MISS = 80;

    /** What a line may lose before it has ended. */
    private static final int LOST = 1_200;

    /** Cells of a line at least, and of a side of a rectangle at least. */
    private static final int SHORTEST = 22;

    /** Lines of each direction at most, the clearest. */
    private static final int MOST_LINES = 20;

    /** Columns or rows within which two lines are one. */
    private static final int SAME_LINE = 2;

    /** Percentage of a line that lies beside a clearer one from which on both are one. */
    private static final int SAME_STRETCH = 60;

    /** Percentage of each side that has steps at least. */
    private static final int OF_SIDE = 50;

    /** Percentage of all sides together that has steps at least, less what goes on beyond their ends. */
    private static final int OF_SIDES = 60;

    /** What is wanted more where one side, or two, are edges of the picture. */
    private static final int[] MORE_WITH_EDGES = {0, 6, 14};

    /** Cells beyond the ends of a side in which its line should not go on. */
    private static final int BEYOND = 8;

    /** What a line that goes on beyond its ends all the way takes from a rectangle, in percent. */
    private static final int GOES_ON = 50;

    /** Percentage of the picture from which on a rectangle shows nothing that the whole does not. */
    private static final int MOST_SHARE = 85;

    /** Two rectangles that share this percentage are one. */
    private static final int ALIKE = 40;

    /** Rectangles that may be asked about, the clearest: rows of boxes have thousands, and asking takes a look at each. */
    static final int MOST_ASKED = 200;

    private final int width;
    private final int height;
    private final Lines columns;
    private final Lines rows;

    RectangleFinder(Relief relief) {
        this.width = relief.width();
        this.height = relief.height();
        this.columns = new Lines(relief);
        this.rows = new Lines(relief.transposed());
    }

    /**
     * Looks.
     *
     * @param wanted which of them may take a place
     * @return in cells
     */
    Scene.Rectangles find(Predicate<Area> wanted) {
        List<Rectangle> found = new ArrayList<>();
        List<Integer> lefts = columns.places();
        for (int i = 0; i < lefts.size(); i++) {
            for (int j = i + 1; j < lefts.size(); j++) {
                if (lefts.get(j) - lefts.get(i) >= SHORTEST) {
                    addBetween(lefts.get(i), lefts.get(j), found);
                }
            }
        }
        found.sort(Comparator.comparingLong(Rectangle::clearness).reversed());
        List<Area> kept = new ArrayList<>();
        int asked = 0;
        for (Rectangle rectangle : found) {
            Area area = rectangle.area();
            if (kept.stream().noneMatch(other -> other.isAlike(area, ALIKE))) {
                if (asked == MOST_ASKED) {
                    return new Scene.Rectangles(kept, true);
                }
                asked++;
                if (wanted.test(area)) {
                    if (kept.size() == MOST) {
                        return new Scene.Rectangles(kept, true);
                    }
                    kept.add(area);
                }
            }
        }
        return new Scene.Rectangles(kept, false);
    }

    /** Between two columns: each two rows that have steps all the way. */
    private void addBetween(int left, int right, List<Rectangle> found) {
        List<Integer> tops = new ArrayList<>();
        for (int row : rows.places()) {
            if (rows.isEdge(row) || rows.percent(row, left, right) >= OF_SIDE) {
                tops.add(row);
            }
        }
        boolean isAcross = columns.isEdge(left) && columns.isEdge(right);
        for (int i = 0; i < tops.size(); i++) {
            for (int j = i + 1; j < tops.size(); j++) {
                Area area = Area.between(left, tops.get(i), right, tops.get(j));
                // Between two edges that do not meet lies a stripe, and stripes are panels.
                boolean isStripe = isAcross || area.height() == height;
                if (!isStripe && area.height() >= SHORTEST && 100 * area.size() <= MOST_SHARE * (long) width * height) {
                    add(area, found);
                }
            }
        }
    }

    private void add(Area area, List<Rectangle> found) {
        Sides sides = new Sides();
        if (sides.add(columns, area.x(), area.y(), area.bottom())
                && sides.add(columns, area.right(), area.y(), area.bottom())
                && sides.add(rows, area.y(), area.x(), area.right())
                && sides.add(rows, area.bottom(), area.x(), area.right())
                && sides.clearness() >= 0) {
            found.add(new Rectangle(area, sides.clearness()));
        }
    }

    /** @param clearness the length of its sides times what they have more than is asked for */
    private record Rectangle(Area area, long clearness) {}

    /** The sides of a rectangle, one after the other. */
    private final class Sides {

        private int edges;
        private int length;
        private int steps;
        private int ends;
        private int beyond;

        /** @return false if this is no side of a rectangle */
        boolean add(Lines lines, int at, int from, int to) {
            if (lines.isEdge(at)) {
                edges++;
                return true;
            }
            int inside = lines.steps(at, from + 1, to - 1);
            length += to - from - 2;
            steps += inside;
            addEnd(lines, at, from - BEYOND, from - 1);
            addEnd(lines, at, to + 1, to + BEYOND);
            return 100 * inside >= OF_SIDE * (to - from - 2);
        }

        private void addEnd(Lines lines, int at, int from, int to) {
            if (from >= 0 && to <= lines.length()) {
                ends += to - from;
                beyond += lines.steps(at, from, to);
            }
        }

        /** Below 0 for none. */
        long clearness() {
            int percent = 100 * steps / length - (ends == 0 ? 0 : GOES_ON * beyond / ends);
            return (long) (percent - OF_SIDES - MORE_WITH_EDGES[edges]) * length;
        }
    }

    /** Columns in which steps lie above each other; with rows and columns exchanged, rows. */
    private static final class Lines {

        private final int count;
        private final int length;
        /** {@code [count][length + 1]}, the steps before each place. */
        private final int[] sums;

        private final List<Integer> places = new ArrayList<>();

        /** @param at the column; a step lies between it and the one before, or within it */
        private record Line(int at, int from, int to, int clearness) {

            boolean isSame(Line other) {
                return Math.abs(at - other.at) <= SAME_LINE
                        && 100 * (Math.min(to, other.to) - Math.max(from, other.from)) > SAME_STRETCH * (to - from);
            }
        }

        Lines(Relief relief) {
            this.count = relief.width();
            this.length = relief.height();
            this.sums = new int[count * (length + 1)];
            List<Line> lines = new ArrayList<>();
            int[] steps = new int[length];
            for (int at = 2; at < count - 2; at++) {
                int start = at * (length + 1);
                int found = 0;
                for (int i = 0; i < length; i++) {
                    if (isStep(relief, at, i)) {
                        steps[found++] = i;
                    }
                    sums[start + i + 1] = found;
                }
                addLines(at, steps, found, lines);
            }
            lines.sort(Comparator.comparingInt(Line::clearness).reversed());
            List<Line> kept = new ArrayList<>();
            for (Line line : lines) {
                if (kept.size() == MOST_LINES) {
                    break;
                }
                if (kept.stream().noneMatch(line::isSame)) {
                    kept.add(line);
                }
            }
            places.add(0);
            kept.stream().map(Line::at).distinct().sorted().forEach(places::add);
            places.add(count);
        }

        private static boolean isStep(Relief relief, int x, int y) {
            int wanted = SHARPER * Math.max(relief.fromLeft(x - 1, y), relief.fromLeft(x + 2, y));
            // Over a cell lies no more than on both its sides, and that is known.
            int most = relief.fromLeft(x, y) + relief.fromLeft(x + 1, y);
            if (most < STEP || 100 * most < wanted) {
                return false;
            }
            int over = relief.over(x, y);
            return over >= STEP && 100 * over >= wanted;
        }

        /**
         * Stretches of a column that have more steps than gaps: each step adds to a sum, each cell between two takes from
         * it, and where it comes to nothing, or far below the most it was, the stretch has ended at that most.
         *
         * @param steps the cells of the column that have one
         */
        private static void addLines(int at, int[] steps, int found, List<Line> lines) {
            int sum = 0;
            int best = 0;
            int from = 0;
            int to = 0;
            for (int i = 0; i < found; i++) {
                int gap = MISS * (steps[i] - (i == 0 ? 0 : steps[i - 1] + 1));
                sum -= gap;
                if (gap > 0 && (sum <= 0 || best - sum > LOST)) {
                    addLine(at, from, to, best, lines);
                    sum = 0;
                    best = 0;
                    from = steps[i];
                }
                sum += STEP_COUNTS;
                if (sum > best) {
                    best = sum;
                    to = steps[i] + 1;
                }
            }
            addLine(at, from, to, best, lines);
        }

        private static void addLine(int at, int from, int to, int best, List<Line> lines) {
            if (2 * best >= STEP_COUNTS * SHORTEST && to - from >= SHORTEST) {
                lines.add(new Line(at, from, to, best));
            }
        }

        /** Columns that have lines, and both edges of the picture, from the left. */
        List<Integer> places() {
            return places;
        }

        int length() {
            return length;
        }

        boolean isEdge(int at) {
            return at == 0 || at == count;
        }

        int steps(int at, int from, int to) {
            int start = at * (length + 1);
            return sums[start + to] - sums[start + from];
        }

        int percent(int at, int from, int to) {
            return 100 * steps(at, from + 1, to - 1) / (to - from - 2);
        }
    }
}
