package io.bulwark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The console that is served is the one whose sources are in {@code src/main/web}: it is built again in {@code target/web}
 * and compared, after its types were checked and its unit tests run. Skipped without Node.js or npm's registry, but for a
 * CI run.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ConsoleBundleIT {

    private static final Path SOURCES = Path.of("src", "main", "web");
    private static final Path SERVED = Path.of("src", "main", "resources", "META-INF", "resources", "console");
    private static final Path FOLDER = Path.of("target", "web");
    private static final Path BUILT = FOLDER.resolve("built");

    @BeforeAll
    static void install() throws Exception {
        for (String program : List.of("node", "npm")) {
            if (Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .noneMatch(path -> Files.isExecutable(Path.of(path, program)))) {
                skip("There is no " + program + " on the PATH");
            }
        }
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            for (Path source : sources.filter(path -> !path.toString().contains("node_modules"))
                    .toList()) {
                Path copy = FOLDER.resolve(SOURCES.relativize(source));
                if (Files.isDirectory(source)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(source, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        Outcome installed = run("npm", "ci", "--prefer-offline");
        if (installed.status() != 0) {
            skip("npm ci does not reach its registry: " + installed.output());
        }
    }

    @Test
    void theBundleThatIsServedIsThatOfTheSources() throws Exception {
        assertThat(run("node", "build.mjs", BUILT.toAbsolutePath().toString())).isEqualTo(Outcome.GOOD);
        for (String file : List.of("console.js", "console.css", "login.js", "charts.js")) {
            assertThat(SERVED.resolve(file))
                    .as("run 'npm ci && npm run build' in moderation-stream/src/main/web and commit what it writes")
                    .hasSameBinaryContentAs(BUILT.resolve(file));
        }
        try (Stream<Path> served = Files.list(SERVED)) {
            assertThat(served).hasSize(4);
        }
        assertThat(Files.readString(SERVED.resolve("console.js"))).contains("Lit (BSD-3-Clause", "uPlot (MIT");
        assertThat(Files.readString(SERVED.resolve("charts.js"))).contains("Apache ECharts (Apache-2.0)");
    }

    @Test
    void theSourcesKeepTheirTypes() throws Exception {
        assertThat(run("npm", "run", "--silent", "check")).isEqualTo(Outcome.GOOD);
    }

    @Test
    void theUnitTestsOfTheSourcesPass() throws Exception {
        Outcome tested = run("npm", "run", "--silent", "test");
        assertThat(tested.status()).as(tested.output()).isZero();
    }

    private record Outcome(int status, String output) {
        static final Outcome GOOD = new Outcome(0, "");
    }

    private static Outcome run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    private static void skip(String why) {
        String message = why + ": the console's bundle is not compared with its sources.";
        if ("true".equals(System.getenv("CI"))) {
            throw new AssertionError(message);
        }
        System.err.println(message);
        abort(message);
    }
}
