package io.bulwark.lab.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.report.ChartFile;
import io.bulwark.cli.report.Share;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Results in a folder: a table, the same as JSON, and a curve for each norm. */
public record Results(Path out, Output output) {

    /** What an experiment found, for people and for machines. */
    public interface Report {

        /** A table, with what its numbers mean above it. */
        String markdown();

        /** The same as fields. */
        Map<String, Object> json();
    }

    /** Writes a report into {@code name.md} and {@code name.json}, and prints it. */
    public void publish(String name, Report report) {
        publish(name, report.markdown(), report.json());
    }

    /** Writes a table and the same as fields, and prints them. */
    public void publish(String name, String markdown, Map<String, Object> fields) {
        save(name, markdown, fields);
        output.print(markdown.stripTrailing(), fields);
    }

    /** Writes a table and the same as fields, without printing. */
    public void save(String name, String markdown, Map<String, Object> fields) {
        write(out.resolve(name + ".md"), markdown);
        json(out.resolve(name + ".json"), fields);
    }

    /** Writes another file of the results; its folder is made. */
    public void text(String file, String content) {
        write(out.resolve(file), content);
    }

    /** Writes a file of JSON, indented; its folder is made. */
    public static void json(Path file, Object fields) {
        try {
            write(file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n");
        } catch (JsonProcessingException impossible) {
            throw CommandFailure.failed("the report is no JSON: " + impossible, impossible);
        }
    }

    /** Draws a curve into a PNG file of that name. */
    public void draw(String name, Curve curve) {
        Path file = out.resolve(name + ".png");
        try {
            curve.write(file);
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be written: " + e, e);
        }
        output.note("curve in " + file);
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw CommandFailure.failed(file + " cannot be written: " + e, e);
        }
    }

    /** Shares over a number, as a picture: a line for each score, its 95 % interval dotted. Works without a display. */
    public static final class Curve {

        private static final int WIDTH = 720;
        private static final int HEIGHT = 480;
        /** Told apart in print and by the colour-blind as well (Okabe and Ito's palette without yellow). */
        private static final Color[] COLOURS = {
            new Color(0xD55E00),
            new Color(0x0072B2),
            new Color(0x009E73),
            new Color(0x000000),
            new Color(0xCC79A7),
            new Color(0xE69F00),
            new Color(0x56B4E9)
        };

        private final XYChart chart;
        private int lines;

        /**
         * @param title above the picture
         * @param over what the number is
         * @param score what the shares are
         */
        public Curve(String title, String over, String score) {
            chart = new XYChartBuilder()
                    .width(WIDTH)
                    .height(HEIGHT)
                    .theme(ChartTheme.Matlab)
                    .title(title)
                    .xAxisTitle(over)
                    .yAxisTitle(score)
                    .build();
            chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setChartTitleVisible(true);
        }

        /**
         * Adds a line.
         *
         * @param name of what it is, another for each
         * @param points at least one
         */
        public void add(String name, SortedMap<Double, ? extends Share> points) {
            Color colour = COLOURS[lines++ % COLOURS.length];
            List<Double> at = List.copyOf(points.keySet());
            XYSeries mean = chart.addSeries(
                    name, at, points.values().stream().map(Share::value).toList());
            mean.setLineColor(colour);
            mean.setLineStyle(SeriesLines.SOLID);
            mean.setMarkerColor(colour);
            mean.setMarker(SeriesMarkers.CIRCLE);
            bound(name + " low", at, points.values().stream().map(Share::low).toList(), colour);
            bound(name + " high", at, points.values().stream().map(Share::high).toList(), colour);
        }

        private void bound(String name, List<Double> at, List<Double> values, Color colour) {
            XYSeries bound = chart.addSeries(name, at, values);
            bound.setLineColor(colour).setLineStyle(SeriesLines.DOT_DOT).setLineWidth(1);
            bound.setMarker(SeriesMarkers.NONE).setShowInLegend(false);
        }

        /**
         * Writes the picture as a PNG file.
         *
         * @throws IOException if it cannot be written, or this machine has no fonts to draw text with
         */
        void write(Path file) throws IOException {
            ChartFile.write(chart, file);
        }
    }

    /** What a benchmark ran on. */
    public static final class Machine {

        private static final Path CPU = Path.of("/proc/cpuinfo");
        private static final List<String> UNITS = List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16");

        private Machine() {}

        /** Processor, cores, the vector units that matter here, and the JVM, on one line. */
        public static String describe() {
            String cpu = cpuInfo();
            return "%s, %d cores, %s, Java %s"
                    .formatted(
                            model(cpu),
                            Runtime.getRuntime().availableProcessors(),
                            UNITS.stream()
                                    .filter(unit -> cpu.contains(" " + unit))
                                    .toList(),
                            Runtime.version().feature());
        }

        private static String model(String cpuInfo) {
            try (Stream<String> lines = cpuInfo.lines()) {
                return lines.filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse(System.getProperty("os.arch"));
            }
        }

        private static String cpuInfo() {
            try {
                return Files.isReadable(CPU) ? Files.readString(CPU) : "";
            } catch (IOException unknown) {
                return "";
            }
        }
    }
}
