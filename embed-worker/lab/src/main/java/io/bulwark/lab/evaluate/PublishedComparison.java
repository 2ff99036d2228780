package io.bulwark.lab.evaluate;

import io.bulwark.cli.report.Proportion;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A measured agreement beside the published one.
 *
 * @param threat {@code clean} or the threat model
 * @param published in percent
 * @param measured of all triplets that were asked
 * @param tolerance in points, where every triplet of the split was asked
 * @param sample whether only some were
 */
record PublishedComparison(String threat, double published, Proportion measured, double tolerance, boolean sample) {

    private static final double STANDARD_ERRORS = 2;

    /** In percent. */
    double percent() {
        return 100 * measured.value();
    }

    /** Points that may lie between the two: of a sample two standard errors more. */
    double allowed() {
        if (!sample) {
            return tolerance;
        }
        double share = published / 100;
        return tolerance + 100 * STANDARD_ERRORS * Math.sqrt(share * (1 - share) / measured.trials());
    }

    /** More is as wrong as less: a stronger model than the published one is a weaker attack. */
    boolean holds() {
        return Math.abs(percent() - published) <= allowed();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: measured %.1f, published %.1f, allowed ±%.1f: %s",
                threat,
                percent(),
                published,
                allowed(),
                holds() ? "holds" : "does not hold");
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("threat", threat);
        fields.put("measured", percent());
        fields.put("published", published);
        fields.put("allowed", allowed());
        fields.put("questions", measured.trials());
        fields.put("holds", holds());
        return fields;
    }
}
