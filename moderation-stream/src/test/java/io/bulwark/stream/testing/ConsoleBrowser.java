package io.bulwark.stream.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.testing.browser.BrowserDriver;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the console's browser scripts. Screenshots lie in {@code target/screens}. */
public final class ConsoleBrowser {

    private static final Path SCRIPTS = Path.of("src", "test", "browser");
    private static final Path FOLDER = Path.of("target", "screens");
    private static final String SHARED = "stage.mjs";

    private final BrowserDriver driver;

    private ConsoleBrowser(BrowserDriver driver) {
        this.driver = driver;
    }

    /** A browser; where there is none the calling test is skipped, but for a CI run. */
    public static ConsoleBrowser orSkip(String what) throws IOException, InterruptedException {
        return new ConsoleBrowser(BrowserDriver.orSkip(FOLDER, what));
    }

    /**
     * Runs a script to its end.
     *
     * @param cues what is done when the script says one of these lines
     * @param arguments the script's
     * @return what it reports in its last line
     */
    public JsonNode run(String script, Map<String, Runnable> cues, String... arguments)
            throws IOException, InterruptedException {
        Files.copy(SCRIPTS.resolve(SHARED), FOLDER.resolve(SHARED), StandardCopyOption.REPLACE_EXISTING);
        Process node = driver.start(SCRIPTS.resolve(script), arguments);
        String last = "";
        try (BufferedReader output = node.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                cues.getOrDefault(line, () -> {}).run();
                last = line;
            }
        } finally {
            node.destroy();
        }
        assertThat(node.waitFor())
                .as("exit status of %s: %s", script, driver.errors())
                .isZero();
        return new ObjectMapper().readTree(last);
    }

    /** The texts of an array. */
    public static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
