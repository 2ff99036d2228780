package io.bulwark.testing.browser;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs scripts that drive Chromium. A script gets in its first argument where Chromium is and in its second the
 * folder that it may write to; it answers on standard output. One thread.
 */
public final class BrowserDriver {

    private static final List<String> PACKAGE = List.of("package.json", "package-lock.json");

    private final Path folder;
    private final Path chromium;

    private BrowserDriver(Path folder, Path chromium) {
        this.folder = folder;
        this.chromium = chromium;
    }

    /**
     * The driver, its library installed in a folder under {@code target}. Where Chromium, Node.js or npm is missing the
     * calling test is skipped, but for a CI run ({@code CI=true}), whose script installs them.
     *
     * @param what is not tested in a browser then, for the message
     * @throws AssertionError if the library cannot be installed
     */
    public static BrowserDriver orSkip(Path folder, String what) throws IOException, InterruptedException {
        Path chromium = executable("chromium")
                .or(() -> executable("chromium-browser"))
                .orElseGet(() -> missing("chromium", what));
        for (String program : List.of("node", "npm")) {
            executable(program).orElseGet(() -> missing(program, what));
        }
        install(folder);
        return new BrowserDriver(folder, chromium);
    }

    /**
     * Starts a script. Its errors go to {@code driver.log} of the folder. The caller ends the process.
     *
     * @param script copied beside the library, which it imports
     * @param arguments its third and on
     */
    public Process start(Path script, String... arguments) throws IOException {
        Path copy = folder.resolve(script.getFileName());
        Files.copy(script, copy, StandardCopyOption.REPLACE_EXISTING);
        List<String> command = new ArrayList<>(
                List.of("node", copy.getFileName().toString(), chromium.toString(), folder.toAbsolutePath() + ""));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(log().toFile())
                .start();
    }

    /** What the script that was started last said on standard error. */
    public String errors() throws IOException {
        return Files.readString(log());
    }

    private Path log() {
        return folder.resolve("driver.log");
    }

    private static Path missing(String program, String what) {
        String message = "There is no " + program + " on the PATH: " + what + " is not tested in a browser.";
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(message + " CI must test it: .ci/run installs what it needs.");
        }
        // Surefire does not say why a class was skipped as a whole.
        System.err.println(message);
        return abort(message);
    }

    private static void install(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        boolean installed = Files.exists(folder.resolve("node_modules/playwright-core"));
        for (String name : PACKAGE) {
            Path copy = folder.resolve(name);
            try (InputStream source = BrowserDriver.class.getResourceAsStream(name)) {
                byte[] wanted = source.readAllBytes();
                installed &= Files.exists(copy) && Arrays.equals(Files.readAllBytes(copy), wanted);
                Files.write(copy, wanted);
            }
        }
        if (installed) {
            return;
        }
        Path log = folder.resolve("npm.log");
        int status = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (status != 0) {
            throw new AssertionError("npm ci in " + folder + " ends with " + status + ": " + Files.readString(log));
        }
    }

    private static Optional<Path> executable(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(path -> Path.of(path, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
