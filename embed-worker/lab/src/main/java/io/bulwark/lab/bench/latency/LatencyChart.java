package io.bulwark.lab.bench.latency;

import io.bulwark.lab.chart.ChartFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Latencies of plain uploads as a picture: how long, over how rare. Each step of the axis below has ten times fewer
 * uploads beyond it than the one before.
 */
final class LatencyChart {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 480;
    private static final int TICKS_PER_HALF_DISTANCE = 5;
    /** Beyond this no run has uploads enough. */
    private static final double RAREST = 1e5;

    private static final Map<Double, String> TICKS =
            Map.of(0.0, "0 %", 1.0, "90 %", 2.0, "99 %", 3.0, "99.9 %", 4.0, "99.99 %", 5.0, "99.999 %");

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
        Function<Double, String> ticks = tick -> TICKS.getOrDefault(tick, "");
        chart.getStyler().setYAxisMin(0.0).setLegendPosition(LegendPosition.InsideNW);
        chart.getStyler().setXAxisMin(0.0).setXAxisMax(Math.log10(RAREST)).setXAxisMaxLabelCount(6);
        chart.getStyler().setxAxisTickLabelsFormattingFunction(ticks);
        for (RateResult rate : rates) {
            Histogram micros = rate.micros().get(Kind.INLINE);
            if (micros != null) {
                add(chart, name(chart, rate), micros);
            }
        }
        ChartFile.write(chart, file);
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
