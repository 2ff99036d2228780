package io.bulwark.stream.review;

import java.time.Duration;
import java.util.Set;

/**
 * How long before its arrival an item is ranked as if it had arrived. Each reason adds its own, so that an item with two
 * comes before one with either.
 */
final class HeadStart {

    private static final Duration GRAVE = Duration.ofHours(4);
    private static final Duration AUDIT = Duration.ofHours(2);
    private static final Duration APPEAL = Duration.ofHours(1);
    private static final Duration EACH_REPORT = Duration.ofMinutes(30);
    private static final int MOST_REPORTS = 10;
    private static final Duration EACH_STRIKE = Duration.ofMinutes(10);
    private static final int MOST_STRIKES = 6;
    private static final Duration FULL_SCORE = Duration.ofHours(2);
    private static final Duration SAMPLE_WAITS = Duration.ofHours(8);

    private HeadStart() {}

    /**
     * @param origins why it is in the queue
     * @param score in [0, 1]; what is probably bad and still shown is looked at first
     * @param grave whether it carries a label that never holds by one person's word
     * @param strikes of its uploader
     * @param reports of different people
     * @return negative for what can wait
     */
    static Duration of(Set<Origin> origins, double score, boolean grave, int strikes, int reports) {
        Duration start = Duration.ofMillis(Math.round(FULL_SCORE.toMillis() * Math.max(0, Math.min(1, score))))
                .plus(EACH_STRIKE.multipliedBy(Math.min(MOST_STRIKES, strikes)))
                .plus(EACH_REPORT.multipliedBy(Math.min(MOST_REPORTS, reports)));
        if (grave) {
            start = start.plus(GRAVE);
        }
        if (origins.contains(Origin.AUDIT)) {
            start = start.plus(AUDIT);
        }
        if (origins.contains(Origin.APPEAL)) {
            start = start.plus(APPEAL);
        }
        return origins.equals(Set.of(Origin.SAMPLE)) ? start.minus(SAMPLE_WAITS) : start;
    }
}
