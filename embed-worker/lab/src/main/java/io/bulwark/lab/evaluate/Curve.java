package io.bulwark.lab.evaluate;

import io.bulwark.perception.attack.Norm;
import io.bulwark.perception.attack.ThreatModel;
import io.bulwark.perception.evaluate.Proportion;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Robust accuracy over the size of the ball, as a picture: a line for each encoder, its 95 % interval dashed. Works
 * without a display.
 */
final class Curve {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 480;
    private static final Color[] COLOURS = {new Color(0xC0392B), new Color(0x1F618D), new Color(0x1E8449)};

    private final Norm norm;
    private final XYChart chart;
    private int encoders;

    /** @param title above the picture */
    Curve(String title, String score, Norm norm) {
        this.norm = norm;
        chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .theme(ChartTheme.Matlab)
                .title(title)
                .xAxisTitle(norm == Norm.LINF ? "l∞ ε in 1/255" : "l2 ε")
                .yAxisTitle(score)
                .build();
        chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setChartTitleVisible(true);
    }

    /**
     * Adds an encoder's line.
     *
     * @param clean its score at ε = 0
     * @param robust threat models of other norms are left out
     */
    void add(String encoder, Proportion clean, Map<ThreatModel, Proportion> robust) {
        TreeMap<Double, Proportion> points = new TreeMap<>(Map.of(0.0, clean));
        robust.forEach((threat, value) -> {
            if (threat.norm() == norm) {
                points.put(threat.epsilon() * (norm == Norm.LINF ? 255 : 1), value);
            }
        });
        Color colour = COLOURS[encoders++ % COLOURS.length];
        List<Double> sizes = List.copyOf(points.keySet());
        XYSeries mean = chart.addSeries(
                encoder, sizes, points.values().stream().map(Proportion::value).toList());
        mean.setLineColor(colour);
        mean.setMarkerColor(colour);
        mean.setMarker(SeriesMarkers.CIRCLE);
        bound(
                encoder + " low",
                sizes,
                points.values().stream().map(Proportion::low).toList(),
                colour);
        bound(
                encoder + " high",
                sizes,
                points.values().stream().map(Proportion::high).toList(),
                colour);
    }

    private void bound(String name, List<Double> sizes, List<Double> values, Color colour) {
        XYSeries bound = chart.addSeries(name, sizes, values);
        bound.setLineColor(colour).setLineStyle(SeriesLines.DASH_DASH).setLineWidth(1);
        bound.setMarker(SeriesMarkers.NONE).setShowInLegend(false);
    }

    /** Writes the picture as a PNG file. */
    void write(Path file) throws IOException {
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapFormat.PNG);
    }
}
