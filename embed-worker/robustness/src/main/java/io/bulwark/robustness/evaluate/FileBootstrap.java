package io.bulwark.robustness.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A mean over pictures whose interval is over the files that they were taken from: the 2.5 and 97.5 % quantiles of means
 * over as many files drawn with replacement (the cluster bootstrap; Davison and Hinkley, "Bootstrap Methods and their
 * Application", 1997, section 3.8). Squares of one photograph stand and fall together, so that an interval over pictures
 * would be too narrow. Where all pictures agree nothing varies; the interval is then Wilson's of so many files. Of fewer
 * than {@value #FEW} files so few different samples can be drawn that the interval is at least as wide as that.
 *
 * @param value the mean over pictures, in [0, 1]
 * @param low lower end of the 95 % interval
 * @param high upper end
 * @param pictures at least 1
 * @param files that they come from
 */
public record FileBootstrap(double value, double low, double high, int pictures, int files) implements Share {

    private static final int DRAWS = 2000;
    private static final double TAIL = 0.025;
    private static final int FEW = 10;

    /**
     * Draws.
     *
     * @param scores of the pictures, each in [0, 1]; at least one
     * @param files the file of each picture
     * @param seed of the draws
     */
    public static FileBootstrap of(List<Double> scores, List<?> files, long seed) {
        if (scores.isEmpty() || scores.size() != files.size()) {
            throw new IllegalArgumentException(
                    "%d scores of pictures of %d files; wanted is one file for each of at least one score"
                            .formatted(scores.size(), files.size()));
        }
        Map<Object, double[]> byFile = new LinkedHashMap<>();
        for (int i = 0; i < scores.size(); i++) {
            double[] sum = byFile.computeIfAbsent(files.get(i), file -> new double[2]);
            sum[0] += scores.get(i);
            sum[1]++;
        }
        List<double[]> sums = new ArrayList<>(byFile.values());
        double value = mean(sums);
        Proportion ofFiles = new Proportion(value * sums.size(), sums.size());
        if (scores.stream().distinct().count() == 1) {
            return new FileBootstrap(value, ofFiles.low(), ofFiles.high(), scores.size(), sums.size());
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            means[draw] = mean(
                    random.ints(sums.size(), 0, sums.size()).mapToObj(sums::get).toList());
        }
        Arrays.sort(means);
        double low = means[(int) (TAIL * DRAWS)];
        double high = means[(int) ((1 - TAIL) * DRAWS) - 1];
        boolean few = sums.size() < FEW;
        return new FileBootstrap(
                value,
                few ? Math.min(low, ofFiles.low()) : low,
                few ? Math.max(high, ofFiles.high()) : high,
                scores.size(),
                sums.size());
    }

    @Override
    public int trials() {
        return pictures;
    }

    private static double mean(List<double[]> sums) {
        double total = sums.stream().mapToDouble(sum -> sum[0]).sum();
        return total / sums.stream().mapToDouble(sum -> sum[1]).sum();
    }

    /** {@code 0.804 [0.767, 0.836]}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
    }
}
