package io.bulwark.lab.experiment;

import io.bulwark.cli.report.Share;
import io.bulwark.cli.report.Share.Proportion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A share of pictures. Its interval is over the files that they were taken from, as {@link GroupedMean} draws it, and
 * at least as wide as Wilson's for the number of files: percentiles of few draws of a rare answer are too narrow (of 36
 * files with a share of 0.05 they hold it in 0.86 of samples, with Wilson's in 0.99). Where all pictures agree nothing
 * varies; the interval is then Wilson's.
 *
 * @param value the mean over pictures, in [0, 1]
 * @param low lower end of the 95 % interval
 * @param high upper end
 * @param pictures at least 1
 * @param files that they come from
 */
public record FileBootstrap(double value, double low, double high, int pictures, int files) implements Share {

    /**
     * Draws.
     *
     * @param scores of the pictures, each in [0, 1]; at least one
     * @param files the file of each picture
     * @param seed of the draws
     */
    public static FileBootstrap of(List<Double> scores, List<?> files, long seed) {
        GroupedMean mean = GroupedMean.of(scores, files, seed).asShare();
        return new FileBootstrap(mean.value(), mean.low(), mean.high(), mean.scores(), mean.files());
    }

    @Override
    public int trials() {
        return pictures;
    }

    /** {@code 0.804 [0.767, 0.836]}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
    }

    /**
     * A mean of scores with a 95 % interval over the files that they come from: the percentile bootstrap, which draws
     * whole files, for squares of one photograph are not independent (Efron and Tibshirani, "An Introduction to the
     * Bootstrap", 1993, chapter 13).
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
        public static GroupedMean of(List<Double> scores, List<?> files, long seed) {
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
            SplittableRandom random = new SplittableRandom(seed);
            double[] means = new double[DRAWS];
            for (int draw = 0; draw < DRAWS; draw++) {
                means[draw] = mean(random.ints(sums.size(), 0, sums.size())
                        .mapToObj(sums::get)
                        .toList());
            }
            Arrays.sort(means);
            return new GroupedMean(
                    mean(sums),
                    means[(int) (TAIL * DRAWS)],
                    means[(int) ((1 - TAIL) * DRAWS) - 1],
                    scores.size(),
                    sums.size());
        }

        /** The same of scores in [0, 1], with an interval at least as wide as Wilson's for the number of files. */
        public GroupedMean asShare() {
            Proportion ofFiles = new Proportion(value * files, files);
            return new GroupedMean(value, Math.min(low, ofFiles.low()), Math.max(high, ofFiles.high()), scores, files);
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
}
