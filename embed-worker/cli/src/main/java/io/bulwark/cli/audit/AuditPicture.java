package io.bulwark.cli.audit;

import io.bulwark.cli.report.ChartFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Audits by kind over time as stacked bars. */
final class AuditPicture {

    private static final int WIDTH = 1000;
    private static final int HEIGHT = 420;
    private static final int MOST_LABELS = 12;
    private static final int TURNED = 45;

    private AuditPicture() {}

    /**
     * Writes the picture; there has to be an audit.
     *
     * @throws IOException if it cannot be written, or this machine has no fonts to draw text with
     */
    static void write(AuditCounts counts, Path file) throws IOException {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .theme(ChartTheme.Matlab)
                .title("Audits by kind")
                .xAxisTitle("UTC")
                .yAxisTitle("audits")
                .build();
        List<String> labels = labels(counts.period());
        chart.getStyler()
                .setStacked(true)
                .setAvailableSpaceFill(0.8)
                .setXAxisMaxLabelCount(MOST_LABELS)
                .setXAxisLabelRotation(TURNED)
                .setLegendPosition(LegendPosition.OutsideE);
        counts.byKind().forEach((kind, parts) -> {
            List<Long> values = new ArrayList<>();
            for (long part : parts) {
                values.add(part);
            }
            chart.addSeries(kind, labels, values);
        });
        ChartFile.write(chart, file);
    }

    private static List<String> labels(Period period) {
        boolean days = period.width().compareTo(Duration.ofDays(1)) >= 0;
        DateTimeFormatter format = DateTimeFormatter.ofPattern(days ? "d MMM" : "d MMM HH:mm", Locale.ROOT)
                .withZone(ZoneOffset.UTC);
        return period.parts().stream().map(format::format).toList();
    }
}
