package io.bulwark.lab.bench;

import io.bulwark.lab.bench.EncoderTurns.RoundMedian;
import io.bulwark.lab.experiment.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What two builds gave by turns, at one rate. The CPU time of an upload under a backlog stands beside the other
 * build's: a build whose backlog is slower would look better in multiples of it alone.
 *
 * @param others of the other build, a result of each round, with its capacity
 * @param these of this build, as many
 */
record LatencyTurns(List<LatencyResult> others, List<LatencyResult> these) {

    /** So much dearer than the other's may the median round be: builds that are the same differ by as much. */
    static final double ALLOWED = 1.03;

    /** What is compared: less is better but for the capacity. */
    private enum Figure {
        BACKLOG(
                "backlog",
                "ms of CPU an upload under the backlog",
                "backlogCpuMillis",
                result -> result.capacity().orElseThrow().each().millis()),
        CPU(
                "cpu",
                "ms of CPU an upload at the rate",
                "cpuMillis",
                result -> result.rates().get(0).each().millis()),
        P50("p50", "ms", "p50Millis", result -> result.rates().get(0).millis(50)),
        P99("p99", "ms", "p99Millis", result -> result.rates().get(0).millis(99)),
        CAPACITY(
                "capacity",
                "images/s",
                "imagesPerSecond",
                result -> result.capacity().orElseThrow().imagesPerSecond());

        private final String label;
        private final String unit;
        private final String field;
        private final ToDoubleFunction<LatencyResult> value;

        Figure(String label, String unit, String field, ToDoubleFunction<LatencyResult> value) {
            this.label = label;
            this.unit = unit;
            this.field = field;
            this.value = value;
        }
    }

    /** The other build's and this one's. */
    private List<RoundMedian> medians(ToDoubleFunction<LatencyResult> figure) {
        return RoundMedian.of(Stream.of(others, these)
                .map(results -> results.stream().mapToDouble(figure).toArray())
                .toArray(double[][]::new));
    }

    /**
     * Whether each upload was answered once, neither CPU figure is above the other build's, and this build's medians
     * are what is wanted of a result.
     */
    boolean holds() {
        return Stream.concat(others.stream(), these.stream()).allMatch(LatencyResult::isExact)
                && medians(Figure.BACKLOG.value).get(1).times() <= ALLOWED
                && medians(Figure.CPU.value).get(1).times() <= ALLOWED
                && times(LatencyResult::cpuTimes, 1) <= LatencyResult.WANTED_CPU
                && times(LatencyResult::p50Times, 1) <= LatencyResult.WANTED_P50
                && times(LatencyResult::p99Times, 1) <= LatencyResult.WANTED_P99;
    }

    /** The median round of what a build came to in multiples of its CPU time under the backlog. */
    private double times(ToDoubleFunction<LatencyResult> figure, int build) {
        return medians(figure).get(build).median();
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add("%d rounds by turns at %s/s: this build beside the other, medians"
                .formatted(
                        these.size(),
                        RateResult.rate(these.get(0).rates().get(0).load().rate())));
        for (Figure figure : Figure.values()) {
            List<RoundMedian> medians = medians(figure.value);
            lines.add(Fields.text(
                    "%-9s %.2f beside %.2f %s: %.2f times [%.2f, %.2f]",
                    figure.label,
                    medians.get(1).median(),
                    medians.get(0).median(),
                    figure.unit,
                    medians.get(1).times(),
                    medians.get(1).least(),
                    medians.get(1).most()));
        }
        lines.add(Fields.text(
                "in multiples of the CPU under its backlog: CPU %.2f beside %.2f (wanted %.2f), p50 %.1f beside %.1f"
                        + " (wanted %.1f), p99 %.1f beside %.1f (wanted %.0f)",
                times(LatencyResult::cpuTimes, 1),
                times(LatencyResult::cpuTimes, 0),
                LatencyResult.WANTED_CPU,
                times(LatencyResult::p50Times, 1),
                times(LatencyResult::p50Times, 0),
                LatencyResult.WANTED_P50,
                times(LatencyResult::p99Times, 1),
                times(LatencyResult::p99Times, 0),
                LatencyResult.WANTED_P99));
        return String.join("\n", lines);
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("rounds", these.size());
        fields.put("rate", these.get(0).rates().get(0).load().rate());
        for (Figure figure : Figure.values()) {
            List<RoundMedian> medians = medians(figure.value);
            Map<String, Object> ofFigure = Fields.of(
                    "this", medians.get(1).median(), "other", medians.get(0).median());
            ofFigure.putAll(medians.get(1).fields());
            fields.put(figure.field, ofFigure);
        }
        return fields;
    }
}
