package io.bulwark.cli.look;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.terminal.CommandFailure;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** The folder of one look. It replaces what an earlier look left there, and nothing else. */
final class LookFolder {

    private static final String REPORT = "look.json";
    private static final Pattern OWN = Pattern.compile("frame-\\d+\\.png|view-\\d+-.*\\.png|look\\.json");

    private final Path folder;

    private LookFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * An empty folder, made where it is missing.
     *
     * @throws CommandFailure if it holds anything that no look wrote
     */
    static LookFolder emptied(Path folder) {
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw CommandFailure.usage("--out " + folder + " is a file: name a folder");
            }
            Files.createDirectories(folder);
            List<Path> children;
            try (Stream<Path> found = Files.list(folder)) {
                children = found.toList();
            }
            boolean looked = Files.exists(folder.resolve(REPORT));
            for (Path child : children) {
                if (!looked || !OWN.matcher(child.getFileName().toString()).matches()) {
                    throw CommandFailure.usage("--out " + folder + " holds " + child.getFileName()
                            + ", which no look wrote: name an empty or a new folder");
                }
            }
            for (Path child : children) {
                Files.delete(child);
            }
        } catch (IOException unusable) {
            throw CommandFailure.failed("--out " + folder + " cannot be used: " + unusable, unusable);
        }
        return new LookFolder(folder);
    }

    /**
     * Writes a picture.
     *
     * @param samples {@code [height, width, 3 or 4]}, RGB or RGBA not multiplied
     */
    void picture(String name, int width, int height, byte[] samples) {
        int channels = samples.length / (width * height);
        var image = new BufferedImage(
                width, height, channels == 4 ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            int at = i * channels;
            int rgb = (samples[at] & 0xff) << 16 | (samples[at + 1] & 0xff) << 8 | samples[at + 2] & 0xff;
            int alpha = channels == 4 ? samples[at + 3] & 0xff : 255;
            image.setRGB(i % width, i / width, alpha << 24 | rgb);
        }
        Path file = folder.resolve(name);
        try {
            ImageIO.write(image, "png", file.toFile());
        } catch (IOException unwritable) {
            throw CommandFailure.failed(file + " cannot be written: " + unwritable, unwritable);
        }
    }

    /** Writes what there is to say; last, so that a folder without it is no look. */
    void report(Map<String, Object> fields) {
        Path file = folder.resolve(REPORT);
        try {
            Files.writeString(
                    file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(fields) + "\n");
        } catch (IOException unwritable) {
            throw CommandFailure.failed(file + " cannot be written: " + unwritable, unwritable);
        }
    }
}
