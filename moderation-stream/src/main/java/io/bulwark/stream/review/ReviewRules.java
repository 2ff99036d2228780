package io.bulwark.stream.review;

import io.bulwark.stream.ReviewConfig;
import java.time.Duration;
import java.util.Set;

/**
 * The settings of the review, checked.
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

    /**
     * @throws IllegalArgumentException naming the setting that is wrong
     */
    public static ReviewRules of(ReviewConfig config) {
        duration("lease", config.lease(), Duration.ofSeconds(5), Duration.ofHours(8));
        duration("undo-within", config.undoWithin(), Duration.ZERO, Duration.ofDays(365));
        duration("outbox.pause", config.outbox().pause(), Duration.ofMillis(10), Duration.ofSeconds(10));
        duration("audit-log.anchor-every", config.auditLog().anchorEvery(), Duration.ofSeconds(1), Duration.ofDays(31));
        share("sample", config.sample());
        share("golden", config.golden());
        share("second.sample", config.second().sample());
        return new ReviewRules(
                config.lease(),
                config.undoWithin(),
                config.sample(),
                config.golden(),
                Set.copyOf(config.second().labels().orElseGet(java.util.List::of)),
                config.second().sample());
    }

    private static void share(String name, double found) {
        if (!(found >= 0 && found <= 1)) {
            throw new IllegalArgumentException("bulwark.review." + name + " is " + found + ", allowed is 0 to 1.");
        }
    }

    private static void duration(String name, Duration found, Duration least, Duration most) {
        if (found.compareTo(least) < 0 || found.compareTo(most) > 0) {
            throw new IllegalArgumentException("bulwark.review." + name + " is " + found
                    + ", allowed is a duration from " + least + " to " + most + ".");
        }
    }
}
