package io.bulwark.lab.bench;

import io.bulwark.cli.report.ChartFile;
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
 */
record LatencyResult(Optional<BenchTraffic.Throughput> capacity, List<RateResult> rates) {

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
                && rates.stream().allMatch(rate -> rate.encoderShare(Mix.Kind.CROWDED) <= WANTED_SHARE);
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
}
