package io.bulwark.cli.bank;

import io.bulwark.cli.picture.KeptVariants;
import io.bulwark.perception.bank.ReferenceVariant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What everyday variants cost a bank and what they bring it: how near each variant that was looked at is to its
 * reference, by the picture's own row alone and by all rows that are kept. One thread.
 */
final class VariantTally {

    private final double nearest;
    private final Map<String, Integer> kept = new TreeMap<>();
    private int references;
    private int lookedAt;
    private int nearBefore;
    private int nearAfter;
    private int dimension;
    private long nanos;

    /** @param nearest cosine from which on a variant counts as near, as the choice takes it */
    VariantTally(double nearest) {
        this.nearest = nearest;
    }

    /** @param took nanoseconds */
    void add(float[] own, KeptVariants.Variants variants, long took) {
        references++;
        dimension = own.length;
        nanos += took;
        lookedAt += variants.candidates().size();
        List<float[]> rows = new ArrayList<>(List.of(own));
        for (ReferenceVariant variant : variants.chosen()) {
            kept.merge(variant.name(), 1, Integer::sum);
            rows.add(variant.embedding());
        }
        for (ReferenceVariant candidate : variants.candidates()) {
            nearBefore += isNear(candidate, rows.subList(0, 1)) ? 1 : 0;
            nearAfter += isNear(candidate, rows) ? 1 : 0;
        }
    }

    private boolean isNear(ReferenceVariant variant, List<float[]> rows) {
        return rows.stream().anyMatch(row -> dot(row, variant.embedding()) >= nearest);
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private int rows() {
        return kept.values().stream().mapToInt(Integer::intValue).sum();
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "variants: %d rows kept beside %d pictures, %.1f each, %.1f MB of memory, %.1f s; of %d variants looked at "
                        + "%.1f %% lie within %.2f of their reference, before %.1f %%; kept are %s",
                rows(),
                references,
                share(rows(), references),
                megabytes(),
                nanos / 1e9,
                lookedAt,
                100 * share(nearAfter, lookedAt),
                nearest,
                100 * share(nearBefore, lookedAt),
                kept);
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pictures", references);
        fields.put("rows", rows());
        fields.put("megabytes", megabytes());
        fields.put("seconds", nanos / 1e9);
        fields.put("lookedAt", lookedAt);
        fields.put("nearBefore", share(nearBefore, lookedAt));
        fields.put("nearAfter", share(nearAfter, lookedAt));
        fields.put("kept", kept);
        return fields;
    }

    /** Each row lies in a worker's native memory and on its heap. */
    private double megabytes() {
        return 2.0 * rows() * dimension * Float.BYTES / 1e6;
    }

    private static double share(int some, int all) {
        return all == 0 ? 0 : (double) some / all;
    }
}
