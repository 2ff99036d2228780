package io.bulwark.lab.bench;

import io.bulwark.lab.experiment.Fields;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Latencies at one rate.
 *
 * @param sent uploads, those before the latencies counted among them
 * @param missing uploads without a verdict
 * @param duplicates verdicts on what had one already
 * @param each CPU time of one upload, while latencies counted
 * @param micros latencies by kind in microseconds, from the moment at which each was due
 * @param embedMicros time of the encoder by kind, at most, in microseconds
 */
record RateResult(
        Arrivals.Load load,
        int sent,
        int missing,
        int duplicates,
        BenchTraffic.CpuUse each,
        Map<Mix.Kind, Histogram> micros,
        Map<Mix.Kind, Long> embedMicros) {

    /** Whether each upload was answered, and once. */
    boolean isExact() {
        return missing == 0 && duplicates == 0;
    }

    /** The share of one encoder's time that uploads of a kind took, at most. */
    double encoderShare(Mix.Kind kind) {
        return embedMicros.getOrDefault(kind, 0L) * 1e3 / load.measured().toNanos();
    }

    /** Milliseconds within which this share of the plain uploads was answered; 0 where there were none. */
    double millis(double percentile) {
        Histogram inline = micros.get(Mix.Kind.INLINE);
        return inline == null ? 0 : millis(inline, percentile);
    }

    private static double millis(Histogram micros, double percentile) {
        return micros.getValueAtPercentile(percentile) / 1_000.0;
    }

    /** What was sent and what it cost, on one line. */
    String summary() {
        return "sent      %d uploads at %s/s%s, %s; CPU an upload %s"
                .formatted(
                        sent,
                        rate(load.rate()),
                        load.mix().isEmpty() ? "" : " with " + load.mix().text(),
                        isExact() ? "each answered once" : missing + " not answered, " + duplicates + " answered again",
                        each.text());
    }

    /** A line for each kind of the mix, then that of the plain uploads. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        load.mix()
                .shares()
                .forEach((kind, share) -> lines.add(line(kind.label(), load.rate() * share, micros.get(kind))
                        + Fields.text("  at most %.2f of the encoder's time", encoderShare(kind))));
        lines.add(line("rate", load.rate(), micros.get(Mix.Kind.INLINE))
                + (load.mix().isEmpty() ? "" : "  with " + load.mix().text()));
        return lines;
    }

    private static String line(String name, double rate, Histogram micros) {
        if (micros == null) {
            return "%s %s/s  none was due".formatted(name, rate(rate));
        }
        return Fields.text(
                "%s %s/s  p50 %.0f ms  p95 %.0f ms  p99 %.0f ms  p99.9 %.0f ms",
                name, rate(rate), millis(micros, 50), millis(micros, 95), millis(micros, 99), millis(micros, 99.9));
    }

    static String rate(double rate) {
        return BigDecimal.valueOf(Math.round(rate * 100) / 100.0)
                .stripTrailingZeros()
                .toPlainString();
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = Fields.of(
                "rate",
                load.rate(),
                "mix",
                load.mix().text(),
                "sent",
                sent,
                "missing",
                missing,
                "duplicates",
                duplicates);
        fields.putAll(each.fields());
        micros.forEach((kind, histogram) -> {
            Map<String, Object> ofKind = fields(histogram);
            ofKind.put("encoderShare", encoderShare(kind));
            fields.put(kind.label(), ofKind);
        });
        return fields;
    }

    private static Map<String, Object> fields(Histogram micros) {
        return Fields.of(
                "count",
                micros.getTotalCount(),
                "p50Millis",
                millis(micros, 50),
                "p95Millis",
                millis(micros, 95),
                "p99Millis",
                millis(micros, 99),
                "p999Millis",
                millis(micros, 99.9),
                "maxMillis",
                micros.getMaxValue() / 1_000.0);
    }
}
