package io.bulwark.robustness.invert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A mean of scores with a 95 % interval over the files that they come from: the percentile bootstrap, which draws whole
 * files, for squares of one photograph are not independent (Efron and Tibshirani, "An Introduction to the Bootstrap",
 * 1993, chapter 13).
 *
 * @param value the mean over scores
 * @param low lower end
 * @param high upper end
 * @param scores how many
 * @param files how many they come from
 */
public record GroupedMean(double value, double low, double high, int scores, int files) {

    private static final int DRAWS = 2000;
    private static final double TAIL = 0.025;

    /**
     * Averages.
     *
     * @param scores at least one
     * @param files of each score
     */
    public static GroupedMean of(List<Double> scores, List<String> files, long seed) {
        if (scores.isEmpty() || scores.size() != files.size()) {
            throw new IllegalArgumentException("%d scores of %d files; needed are as many, and at least one"
                    .formatted(scores.size(), files.size()));
        }
        Map<String, List<Double>> groups = new TreeMap<>();
        for (int i = 0; i < scores.size(); i++) {
            groups.computeIfAbsent(files.get(i), file -> new ArrayList<>()).add(scores.get(i));
        }
        double[] sums = new double[groups.size()];
        int[] counts = new int[groups.size()];
        int at = 0;
        for (List<Double> group : groups.values()) {
            sums[at] = group.stream().mapToDouble(Double::doubleValue).sum();
            counts[at++] = group.size();
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            double sum = 0;
            int count = 0;
            for (int i = 0; i < sums.length; i++) {
                int drawn = random.nextInt(sums.length);
                sum += sums[drawn];
                count += counts[drawn];
            }
            means[draw] = sum / count;
        }
        Arrays.sort(means);
        double mean = scores.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        return new GroupedMean(
                mean,
                Math.min(mean, means[(int) (DRAWS * TAIL)]),
                Math.max(mean, means[(int) (DRAWS * (1 - TAIL))]),
                scores.size(),
                sums.length);
    }

    /** {@code 0.804 [0.767, 0.836]}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
    }
}
