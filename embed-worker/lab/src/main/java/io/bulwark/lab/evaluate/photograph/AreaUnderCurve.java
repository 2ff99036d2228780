package io.bulwark.lab.evaluate.photograph;

import io.bulwark.cli.report.Share;
import io.bulwark.cli.report.Share.Proportion;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The area under the curve of hits over false alarms: the probability that a flagged question has a higher score than a
 * safe one, ties by half (Hanley and McNeil, Radiology 143, 1982). The 95 % interval is the percentile bootstrap over
 * clusters of contributors, and never narrower than Wilson's for the number of clusters that the side with fewer has.
 *
 * @param value in [0, 1]
 * @param low lower end
 * @param high upper end
 * @param trials questions
 */
public record AreaUnderCurve(double value, double low, double high, int trials) implements Share {

    private static final int DRAWS = 1000;
    private static final double TAIL = 0.025;

    /**
     * Measures.
     *
     * @param scores of the questions
     * @param flagged whether each is to be flagged; at least one is and one is not
     * @param clusters of the questions
     * @param seed of the draws
     */
    public static AreaUnderCurve of(double[] scores, boolean[] flagged, List<String> clusters, long seed) {
        Map<String, int[]> groups = new LinkedHashMap<>();
        for (String cluster : clusters) {
            groups.computeIfAbsent(
                    cluster,
                    name -> IntStream.range(0, scores.length)
                            .filter(i -> clusters.get(i).equals(name))
                            .toArray());
        }
        int[][] drawn = groups.values().toArray(int[][]::new);
        double value = area(scores, flagged, drawn);
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException(
                    "all %d questions are of one side, an area needs both".formatted(scores.length));
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] areas = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            int[][] sample = random.ints(drawn.length, 0, drawn.length)
                    .mapToObj(i -> drawn[i])
                    .toArray(int[][]::new);
            double area = area(scores, flagged, sample);
            areas[draw] = Double.isNaN(area) ? value : area;
        }
        Arrays.sort(areas);
        double low = areas[(int) (TAIL * DRAWS)];
        double high = areas[(int) ((1 - TAIL) * DRAWS) - 1];
        int fewest = Math.min(clustersOf(true, flagged, clusters), clustersOf(false, flagged, clusters));
        Proportion guard = new Proportion(value * fewest, fewest);
        return new AreaUnderCurve(value, Math.min(low, guard.low()), Math.max(high, guard.high()), scores.length);
    }

    private static int clustersOf(boolean side, boolean[] flagged, List<String> clusters) {
        return (int) IntStream.range(0, flagged.length)
                .filter(i -> flagged[i] == side)
                .mapToObj(clusters::get)
                .distinct()
                .count();
    }

    /** By ranks; NaN where a side is empty. */
    private static double area(double[] scores, boolean[] flagged, int[][] groups) {
        int[] order = Arrays.stream(groups)
                .flatMapToInt(Arrays::stream)
                .boxed()
                .sorted((a, b) -> Double.compare(scores[a], scores[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        double wins = 0;
        long safeBelow = 0;
        long hits = 0;
        int from = 0;
        while (from < order.length) {
            int to = from;
            long safe = 0;
            long flags = 0;
            while (to < order.length && scores[order[to]] == scores[order[from]]) {
                flags += flagged[order[to]] ? 1 : 0;
                safe += flagged[order[to]] ? 0 : 1;
                to++;
            }
            wins += flags * (safeBelow + safe / 2.0);
            safeBelow += safe;
            hits += flags;
            from = to;
        }
        return hits == 0 || safeBelow == 0 ? Double.NaN : wins / ((double) hits * safeBelow);
    }

    /** {@code 0.804 [0.767, 0.836]}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
    }
}
