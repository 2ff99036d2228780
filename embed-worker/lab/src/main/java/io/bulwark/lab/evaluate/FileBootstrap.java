package io.bulwark.lab.evaluate;

import io.bulwark.cli.report.Proportion;
import io.bulwark.cli.report.Share;
import java.util.List;
import java.util.Locale;

/**
 * A share of pictures. Its interval is over the files that they were taken from, as {@link GroupedMean} draws it. Where
 * all pictures agree nothing varies; the interval is then Wilson's for the number of files. Fewer than {@value #FEW}
 * files give few different samples; their interval is at least as wide as Wilson's.
 *
 * @param value the mean over pictures, in [0, 1]
 * @param low lower end of the 95 % interval
 * @param high upper end
 * @param pictures at least 1
 * @param files that they come from
 */
public record FileBootstrap(double value, double low, double high, int pictures, int files) implements Share {

    private static final int FEW = 10;

    /**
     * Draws.
     *
     * @param scores of the pictures, each in [0, 1]; at least one
     * @param files the file of each picture
     * @param seed of the draws
     */
    public static FileBootstrap of(List<Double> scores, List<?> files, long seed) {
        GroupedMean mean = GroupedMean.of(scores, files, seed);
        Proportion ofFiles = new Proportion(mean.value() * mean.files(), mean.files());
        if (scores.stream().distinct().count() == 1) {
            return new FileBootstrap(mean.value(), ofFiles.low(), ofFiles.high(), mean.scores(), mean.files());
        }
        boolean few = mean.files() < FEW;
        return new FileBootstrap(
                mean.value(),
                few ? Math.min(mean.low(), ofFiles.low()) : mean.low(),
                few ? Math.max(mean.high(), ofFiles.high()) : mean.high(),
                mean.scores(),
                mean.files());
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
}
