package io.bulwark.stream.uploader;

import io.bulwark.events.Decision;
import io.bulwark.events.UploaderStats;
import io.bulwark.stream.uploader.UploaderProcessor.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an uploader's strikes amount to: those of each day, halved for every half-life since the middle of that day.
 *
 * @param halfLife after which a strike weighs half as much
 * @param thresholds the least score of each level, by its name
 */
public record Strikes(Duration halfLife, Map<String, Double> thresholds) {

    private static final double THOUSANDTHS = 1000;

    public Strikes {
        thresholds = Map.copyOf(thresholds);
    }

    /**
     * The score at an instant; 0 without strikes.
     *
     * @param days windows of {@link Window#DAY}, of one uploader
     */
    public double score(List<UploaderStats> days, Instant now) {
        double score = 0;
        for (UploaderStats day : days) {
            Instant middle = day.getWindowStart().plus(Window.DAY.length().dividedBy(2));
            double age = Math.max(0, Duration.between(middle, now).toMillis());
            score += day.getStrikes() / THOUSANDTHS * Math.pow(0.5, age / halfLife.toMillis());
        }
        return score;
    }

    /** The highest level that a score reaches. */
    public Optional<String> level(double score) {
        var reached = new TreeMap<Double, String>();
        thresholds.forEach((name, least) -> {
            if (score >= least) {
                reached.put(least, name);
            }
        });
        return Optional.ofNullable(reached.lastEntry()).map(Map.Entry::getValue);
    }

    /**
     * How much an image that is NSFW in force weighs: as much as the heaviest of its labels.
     *
     * @param byLabel the weights, at least 0
     * @param otherwise of a label that is not listed, and of an image without a label
     */
    public record StrikeWeights(Map<String, Double> byLabel, double otherwise) {

        private static final double THOUSANDTHS = 1000;

        public StrikeWeights {
            byLabel = Map.copyOf(byLabel);
        }

        /** In thousandths, so that sums do not depend on their order; 0 unless it is NSFW. */
        public long strikes(Decision decision, List<String> labels) {
            if (decision != Decision.NSFW) {
                return 0;
            }
            double heaviest = labels.stream()
                    .mapToDouble(label -> byLabel.getOrDefault(label, otherwise))
                    .max()
                    .orElse(otherwise);
            return Math.round(heaviest * THOUSANDTHS);
        }
    }
}
