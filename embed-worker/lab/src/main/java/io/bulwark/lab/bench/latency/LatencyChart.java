package io.bulwark.lab.bench.latency;

import io.bulwark.cli.report.ChartFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
            Histogram micros = rate.micros().get(Kind.INLINE);
            if (micros != null) {
                add(chart, name(chart, rate), micros);
            }
        }
        ChartFile.write(chart, file);
    }

    /** Of the uploads, what is answered within the time at a place of the axis. XChart wants each tick's text to differ. */
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
