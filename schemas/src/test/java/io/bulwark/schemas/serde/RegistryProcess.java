package io.bulwark.schemas.serde;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real Apicurio Registry in a separate JVM, with its storage in memory. The build unpacks it; it needs a Java 21,
 * which is looked for beside the Java that runs the tests.
 */
final class RegistryProcess implements AutoCloseable {
    private static final int JAVA = 21;
    private static final Pattern LISTENING = Pattern.compile("Listening on: (http://127\\.0\\.0\\.1:\\d+)");

    private final Process process;
    private final String address;

    private RegistryProcess(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /** The Java that can run it, if this machine has one. */
    static Optional<Path> java() {
        Path home = Path.of(System.getProperty("java.home"));
        if (Runtime.version().feature() >= JAVA) {
            return Optional.of(home.resolve("bin/java"));
        }
        try (Stream<Path> siblings = Files.list(home.getParent())) {
            return siblings.filter(jdk -> feature(jdk) >= JAVA)
                    .map(jdk -> jdk.resolve("bin/java"))
                    .filter(Files::isExecutable)
                    .sorted()
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static int feature(Path jdk) {
        try (Stream<String> lines = Files.lines(jdk.resolve("release"))) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9.]", "").split("\\.")[0])
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | NumberFormatException notAJdk) {
            return 0;
        }
    }

    static RegistryProcess start(Path java, Path unpacked, Path log) throws IOException {
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=0",
                        "-Dquarkus.management.host=127.0.0.1",
                        "-Dquarkus.management.port=0",
                        "-jar",
                        "quarkus-run.jar")
                .directory(unpacked.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            String address = Awaitility.await("the registry listens")
                    .atMost(60, TimeUnit.SECONDS)
                    .failFast("the registry ended, see " + log, () -> !process.isAlive())
                    .until(() -> listening(log), Optional::isPresent)
                    .orElseThrow();
            return new RegistryProcess(process, address);
        } catch (RuntimeException | AssertionError failed) {
            process.destroyForcibly();
            throw failed;
        }
    }

    private static Optional<String> listening(Path log) throws IOException {
        var line = LISTENING.matcher(Files.readString(log));
        return line.find() ? Optional.of(line.group(1)) : Optional.empty();
    }

    /** Its address, without a path. */
    String address() {
        return address;
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends it, once or again; everything registered is lost. */
    void stop() {
        process.destroy();
        Awaitility.await("the registry has ended").atMost(30, TimeUnit.SECONDS).until(() -> !process.isAlive());
    }
}
