package io.bulwark.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.internal.chartpart.Chart;

/** Writes charts. Works without a display. */
public final class ChartFile {

    private ChartFile() {}

    /**
     * Writes a chart as a PNG file, in a folder that is made if missing.
     *
     * @throws IOException if it cannot be written, or this machine has no fonts to draw text with
     */
    public static void write(Chart<?, ?> chart, Path file) throws IOException {
        byte[] drawn = drawn(chart);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.write(file, drawn);
    }

    private static byte[] drawn(Chart<?, ?> chart) throws IOException {
        try {
            return BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG);
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Error e) {
            // Without fonts AWT throws an Error, an InternalError or a LinkageError, depending on what is missing.
            throw new IOException(
                    "text cannot be drawn (" + e + "); it needs fontconfig, FreeType and a font, in Debian the packages"
                            + " fontconfig and fonts-dejavu-core",
                    e);
        }
    }
}
