package io.bulwark.lab.bench;

import io.bulwark.cli.report.ChartFile;
import io.bulwark.lab.experiment.Fields;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * What a run gave.
 *
 * @param capacity of the worker with a backlog; empty where rates were asked for
 * @param rates in the order in which they were run; where there is a mix, each rate without it and then with it
 * @param cores of this machine
 */
record LatencyResult(Optional<BenchTraffic.Throughput> capacity, List<RateResult> rates, int cores) {

    /**
     * Wanted at half of the capacity, in multiples of the CPU time of an upload under a backlog: machines differ by
     * more than a factor of three in milliseconds.
     */
    static final double WANTED_P50 = 2.5;

    static final double WANTED_P99 = 9;

    /** Wanted of the CPU time of an upload at half of the capacity, all processes together. */
    static final double WANTED_CPU = 1.25;

    /** Wanted of a mix: the p99 of plain uploads, as a multiple of that without it. */
    static final double WANTED_RATIO = 1.5;

    /** Wanted of a mix: the share of the encoder's time that crowded uploads take. */
    static final double WANTED_SHARE = 0.25;

    boolean holds() {
        return isExact()
                && isFast()
                && ratios().stream().allMatch(ratio -> ratio <= WANTED_RATIO)
                && rates.stream().allMatch(rate -> rate.encoderShare(Mix.Kind.CROWDED) <= WANTED_SHARE);
    }

    /** Whether each upload was answered, and once. */
    boolean isExact() {
        return rates.stream().allMatch(RateResult::isExact);
    }

    private boolean isFast() {
        return capacity.isEmpty() || (cpuTimes() <= WANTED_CPU && p50Times() <= WANTED_P50 && p99Times() <= WANTED_P99);
    }

    /** The CPU time of an upload at the first rate, in multiples of that under the backlog. */
    double cpuTimes() {
        return times(rates.get(0).each().millis());
    }

    /** The p50 at the first rate, in multiples of the CPU time of an upload under the backlog. */
    double p50Times() {
        return times(rates.get(0).millis(50));
    }

    /** As {@link #p50Times}. */
    double p99Times() {
        return times(rates.get(0).millis(99));
    }

    /** Milliseconds in multiples of the CPU time of an upload under the backlog. */
    private double times(double millis) {
        return millis / capacity.orElseThrow().each().millis();
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
                    "capacity  %.1f images/s over %d images; CPU an image %s",
                    measured.imagesPerSecond(),
                    measured.images(),
                    measured.each().text()));
            lines.add(String.format(
                    Locale.ROOT,
                    "wanted    at half of it CPU %.2f, p50 %.1f and p99 %.0f times that CPU",
                    WANTED_CPU,
                    WANTED_P50,
                    WANTED_P99));
            lines.add(String.format(
                    Locale.ROOT,
                    "measured  at half of it CPU %.2f, p50 %.1f and p99 %.0f times that CPU",
                    cpuTimes(),
                    p50Times(),
                    p99Times()));
        });
        for (RateResult rate : rates) {
            lines.add(rate.summary());
            predictions(rate)
                    .forEach((from, queue) -> lines.add("M/M/" + cores + "     " + from + ": " + queue.text()));
        }
        ratios().forEach(ratio -> lines.add(String.format(
                Locale.ROOT, "mix       p99 is %.2f times that without it (wanted %.1f)", ratio, WANTED_RATIO)));
        rates.forEach(rate -> lines.addAll(rate.lines()));
        return String.join("\n", lines);
    }

    /** What a queue for the cores alone would make of a rate, by what the CPU time of an upload is taken from. */
    private Map<String, ErlangQueue> predictions(RateResult rate) {
        Map<String, ErlangQueue> predictions = new LinkedHashMap<>();
        capacity.ifPresent(measured -> predictions.put(
                "by the CPU under the backlog",
                new ErlangQueue(cores, rate.load().rate(), measured.each().millis())));
        predictions.put(
                "by the CPU at this rate",
                new ErlangQueue(cores, rate.load().rate(), rate.each().millis()));
        return predictions;
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        capacity.ifPresent(measured -> {
            fields.put("imagesPerSecond", measured.imagesPerSecond());
            fields.putAll(measured.each().fields());
        });
        fields.put("mixRatios", ratios());
        fields.put(
                "rates",
                rates.stream()
                        .map(rate -> {
                            Map<String, Object> ofRate = rate.fields();
                            ofRate.put(
                                    "predictions",
                                    predictions(rate).values().stream()
                                            .map(ErlangQueue::fields)
                                            .toList());
                            return ofRate;
                        })
                        .toList());
        return fields;
    }

    /**
     * Latencies of plain uploads as a picture: how long, over how rare. Each step of the axis below has ten times fewer
     * uploads beyond it than the one before.
     */
    static final class LatencyChart {

        private static final int WIDTH = 720;
        private static final int HEIGHT = 480;
        private static final int TICKS_PER_HALF_DISTANCE = 5;
        /** Beyond this no run has uploads enough. */
        private static final double RAREST = 1e5;

        private LatencyChart() {}

        /**
         * Draws a line for each rate that plain uploads came at.
         *
         * @throws IOException if the file cannot be written, or this machine has no fonts
         */
        static void write(List<RateResult> rates, Path file) throws IOException {
            XYChart chart = new XYChartBuilder()
                    .width(WIDTH)
                    .height(HEIGHT)
                    .theme(ChartTheme.Matlab)
                    .title("from the intended send to the verdict")
                    .xAxisTitle("share of the uploads")
                    .yAxisTitle("ms")
                    .build();
            chart.getStyler().setYAxisMin(0.0).setLegendPosition(LegendPosition.InsideNW);
            chart.getStyler().setXAxisMin(0.0);
            chart.getStyler().setxAxisTickLabelsFormattingFunction(LatencyChart::share);
            for (RateResult rate : rates) {
                Histogram micros = rate.micros().get(Mix.Kind.INLINE);
                if (micros != null) {
                    add(chart, name(chart, rate), micros);
                }
            }
            ChartFile.write(chart, file);
        }

        /**
         * Of the uploads, what is answered within the time at a place of the axis. XChart wants each tick's text to
         * differ.
         */
        static String share(double rarity) {
            double percent = 100 - Math.pow(10, 2 - rarity);
            return new BigDecimal(percent)
                            .setScale((int) Math.max(1, Math.ceil(rarity)), RoundingMode.HALF_UP)
                            .stripTrailingZeros()
                            .toPlainString()
                    + " %";
        }

        private static String name(XYChart chart, RateResult rate) {
            String name = RateResult.rate(rate.load().rate()) + "/s"
                    + (rate.load().mix().isEmpty()
                            ? ""
                            : " with " + rate.load().mix().text());
            int others = (int) chart.getSeriesMap().keySet().stream()
                    .filter(other -> other.equals(name) || other.startsWith(name + " ("))
                    .count();
            return others == 0 ? name : name + " (" + (others + 1) + ")";
        }

        private static void add(XYChart chart, String name, Histogram micros) {
            List<Double> rarity = new ArrayList<>();
            List<Double> millis = new ArrayList<>();
            for (HistogramIterationValue value : micros.percentiles(TICKS_PER_HALF_DISTANCE)) {
                double left = 1 - value.getPercentileLevelIteratedTo() / 100;
                if (left > 1 / RAREST) {
                    rarity.add(-Math.log10(left));
                    millis.add(value.getValueIteratedTo() / 1_000.0);
                }
            }
            chart.addSeries(name, rarity, millis).setMarker(SeriesMarkers.NONE);
        }
    }

    /**
     * How long independent arrivals are in a queue of several equal servers, first come, first served: M/M/c (Erlang 1917;
     * Gross and Harris, Fundamentals of Queueing Theory, section 2.4). Nothing is fitted: a pipeline that only waited for
     * cores would answer as this does. One that also waits on purpose, or for a disk, is slower; one whose uploads take
     * several cores at once, or equally long, may be quicker.
     *
     * @param servers at least 1
     * @param rate arrivals a second, above 0
     * @param serviceMillis what one takes a server on average, distributed exponentially; above 0
     */
    record ErlangQueue(int servers, double rate, double serviceMillis) {

        /** Halvings of an interval, beyond what double precision tells apart. */
        private static final int STEPS = 200;

        /** Share of the time that a server is busy. */
        double load() {
            return erlangs() / servers;
        }

        /** Whether the servers keep up: else the queue grows without end. */
        boolean isStable() {
            return load() < 1;
        }

        /** Servers that are busy on average. */
        private double erlangs() {
            return rate * serviceMillis / 1e3;
        }

        /** Erlang C: the share of arrivals that find all servers busy, by Erlang B's recursion. */
        double waits() {
            double blocked = 1;
            for (int server = 1; server <= servers; server++) {
                blocked = erlangs() * blocked / (server + erlangs() * blocked);
            }
            return blocked / (1 - load() * (1 - blocked));
        }

        /** The share of arrivals that are there for longer, waiting and being served. */
        double beyond(double millis) {
            double times = millis / serviceMillis;
            double spare = servers - 1 - erlangs();
            double waiting = Math.abs(spare) < 1e-9 ? times : -Math.expm1(-spare * times) / spare;
            return Math.exp(-times) * (1 + waits() * waiting);
        }

        /**
         * Within how many milliseconds a share of the arrivals is done.
         *
         * @param percent in (0, 100)
         */
        double millis(double percent) {
            double least = 0;
            double most = serviceMillis;
            while (beyond(most) > 1 - percent / 100) {
                most *= 2;
            }
            for (int step = 0; step < STEPS; step++) {
                double middle = (least + most) / 2;
                if (beyond(middle) > 1 - percent / 100) {
                    least = middle;
                } else {
                    most = middle;
                }
            }
            return most;
        }

        /** For people: {@code cores 0.80 busy, p50 42 ms  p95 164 ms  p99 247 ms}. */
        String text() {
            return isStable()
                    ? Fields.text(
                            "cores %.2f busy, p50 %.0f ms  p95 %.0f ms  p99 %.0f ms",
                            load(), millis(50), millis(95), millis(99))
                    : Fields.text("%.2f times what %d cores can do", load(), servers);
        }

        /** For machines; percentiles are left out where the queue grows without end. */
        Map<String, Object> fields() {
            Map<String, Object> fields = Fields.of("cores", servers, "cpuMillis", serviceMillis, "load", load());
            if (isStable()) {
                fields.putAll(Fields.of("p50Millis", millis(50), "p95Millis", millis(95), "p99Millis", millis(99)));
            }
            return fields;
        }
    }
}
