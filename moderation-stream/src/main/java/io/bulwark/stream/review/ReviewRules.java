package io.bulwark.stream.review;

import io.bulwark.stream.ReviewConfig;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The settings of the review.
 *
 * @param lease how long a claim holds
 * @param undoWithin how long a reviewer may undo
 * @param sample share of other images that people see, 0 to 1
 * @param golden share of claims answered with known items, 0 to 1
 * @param secondLabels labels that need two people
 * @param secondSample share of the other decisions that need two, 0 to 1
 */
public record ReviewRules(
        Duration lease,
        Duration undoWithin,
        double sample,
        double golden,
        Set<String> secondLabels,
        double secondSample) {

    public ReviewRules {
        secondLabels = Set.copyOf(secondLabels);
    }

    public static ReviewRules of(ReviewConfig config) {
        return new ReviewRules(
                config.lease(),
                config.undoWithin(),
                config.sample(),
                config.golden(),
                Set.copyOf(config.second().labels().orElseGet(List::of)),
                config.second().sample());
    }
}
