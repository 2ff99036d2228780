package io.bulwark.imaging.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.testing.browser.BrowserDriver;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What Chromium makes of files. */
final class Chromium {

    private static final Path SCRIPT = Path.of("src", "test", "browser", "parity.mjs");
    private static final Path FOLDER = Path.of("target", "browser");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Chromium() {}

    /** The result of a file. */
    sealed interface Shown {

        /**
         * It is shown.
         *
         * @param frames one of a still
         */
        record Frames(List<Painted> frames) implements Shown {}

        /**
         * It is not.
         *
         * @param error what the page was told
         */
        record Nothing(String error) implements Shown {}
    }

    /** Shows all files in one page, by their names. Skips the test where there is no browser. */
    static Map<String, Shown> show(List<ParityFile> files) throws IOException, InterruptedException {
        BrowserDriver driver = BrowserDriver.orSkip(FOLDER, "what we decode");
        Path folder = Files.createDirectories(FOLDER.resolve("files"));
        List<Map<String, Object>> list = new ArrayList<>();
        for (ParityFile file : files) {
            Files.write(folder.resolve(file.name()), file.file());
            list.add(Map.of("name", file.name(), "type", file.mediaType(), "animated", file.animated()));
        }
        JSON.writeValue(FOLDER.resolve("files.json").toFile(), list);
        Map<String, Shown> shown = new HashMap<>();
        Process node = driver.start(SCRIPT, "files.json");
        try (BufferedReader lines = node.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode answer = JSON.readTree(line);
                shown.put(answer.path("name").asText(), shown(answer));
            }
        } finally {
            node.destroy();
        }
        if (node.waitFor() != 0) {
            throw new AssertionError("The browser's driver ends with " + node.exitValue() + ": " + driver.errors());
        }
        return shown;
    }

    private static Shown shown(JsonNode answer) throws IOException {
        if (answer.has("error")) {
            return new Shown.Nothing(answer.path("error").asText());
        }
        List<Painted> frames = new ArrayList<>();
        for (JsonNode frame : answer.path("frames")) {
            frames.add(new Painted(
                    frame.path("width").asInt(),
                    frame.path("height").asInt(),
                    frame.path("white").binaryValue(),
                    frame.path("black").binaryValue()));
        }
        return new Shown.Frames(frames);
    }
}
