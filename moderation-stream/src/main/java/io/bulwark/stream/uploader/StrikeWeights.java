package io.bulwark.stream.uploader;

import io.bulwark.events.Decision;
import java.util.List;
import java.util.Map;

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
