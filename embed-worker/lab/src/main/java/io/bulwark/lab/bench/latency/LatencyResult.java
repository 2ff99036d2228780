package io.bulwark.lab.bench.latency;

import io.bulwark.lab.bench.Throughput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a run gave.
 *
 * @param capacity of the worker with a backlog; empty where rates were asked for
 * @param rates in the order in which they were run; where there is a mix, each rate without it and then with it
 */
record LatencyResult(Optional<Throughput> capacity, List<RateResult> rates) {

    /** Wanted at half of the capacity. */
    static final double WANTED_P50 = 30;

    static final double WANTED_P99 = 60;

    /** Wanted of a mix: the p99 of plain uploads, as a multiple of that without it. */
    static final double WANTED_RATIO = 1.5;

    /** Wanted of a mix: the share of the encoder's time that crowded uploads take. */
    static final double WANTED_SHARE = 0.25;

    boolean holds() {
        return rates.stream().allMatch(RateResult::isExact)
                && isFast()
                && ratios().stream().allMatch(ratio -> ratio <= WANTED_RATIO)
                && rates.stream().allMatch(rate -> rate.encoderShare(Kind.CROWDED) <= WANTED_SHARE);
    }

    private boolean isFast() {
        return capacity.isEmpty()
                || (Math.round(rates.get(0).millis(50)) <= WANTED_P50
                        && Math.round(rates.get(0).millis(99)) <= WANTED_P99);
    }

    /** For each rate with a mix, the p99 of plain uploads as a multiple of that without. */
    private List<Double> ratios() {
        List<Double> ratios = new ArrayList<>();
        for (int i = 1; i < rates.size(); i++) {
            if (!rates.get(i).load().mix().isEmpty()) {
                ratios.add(rates.get(i).millis(99) / rates.get(i - 1).millis(99));
            }
        }
        return ratios;
    }

    String text() {
        List<String> lines = new ArrayList<>();
        capacity.ifPresent(measured -> {
            lines.add(String.format(
                    Locale.ROOT,
                    "capacity  %.1f images/s over %d images; CPU an image: %s",
                    measured.imagesPerSecond(),
                    measured.images(),
                    measured.each().text()));
            lines.add(String.format(
                    Locale.ROOT, "wanted    p50 %.0f ms, p99 %.0f ms at half of it", WANTED_P50, WANTED_P99));
        });
        rates.forEach(rate -> lines.add(rate.summary()));
        ratios().forEach(ratio -> lines.add(String.format(
                Locale.ROOT, "mix       p99 is %.2f times that without it (wanted %.1f)", ratio, WANTED_RATIO)));
        rates.forEach(rate -> lines.addAll(rate.lines()));
        return String.join("\n", lines);
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        capacity.ifPresent(measured -> {
            fields.put("imagesPerSecond", measured.imagesPerSecond());
            fields.putAll(measured.each().fields());
        });
        fields.put("mixRatios", ratios());
        fields.put("rates", rates.stream().map(RateResult::fields).toList());
        return fields;
    }
}
