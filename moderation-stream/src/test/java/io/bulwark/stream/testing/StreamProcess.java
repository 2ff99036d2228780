package io.bulwark.stream.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged application in a separate JVM, as users run it; its log lies under {@code target/stream-logs}. */
public final class StreamProcess implements AutoCloseable {

    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final Duration START_WITHIN = Duration.ofMinutes(3);

    private final Process process;
    private final Path log;
    private final int port;
    private final int managementPort;
    private final HttpClient http = HttpClient.newHttpClient();

    private StreamProcess(Process process, Path log, int port, int managementPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.managementPort = managementPort;
    }

    /**
     * Starts an instance on a free port.
     *
     * @param state its state folder
     * @param settings more settings
     */
    public static StreamProcess start(String bootstrapServers, Path state, Map<String, String> settings) {
        try {
            int port = freePort();
            int managementPort = freePort();
            Path logs = Files.createDirectories(Path.of("target", "stream-logs"));
            Path log = logs.resolve(
                    "instance-" + port + "-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".log");
            var command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx192m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dquarkus.http.port=" + port,
                    "-Dquarkus.management.port=" + managementPort,
                    // the samples were decided at some noon of long ago
                    "-Dbulwark.stream.decisions.retention=365d",
                    "-Dbulwark.stream.uploaders.retention=3650d",
                    "-Dbulwark.kafka.bootstrap-servers=" + bootstrapServers,
                    "-Dbulwark.stream.state-dir=" + state.toAbsolutePath()));
            settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
            command.addAll(List.of("-jar", JAR.toAbsolutePath().toString()));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new StreamProcess(process, log, port, managementPort);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Waits until readiness is UP. */
    public StreamProcess awaitReady() {
        await("readiness of the instance that logs to " + log)
                .atMost(START_WITHIN)
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(
                                "The instance ended with " + process.exitValue() + ":\n" + log());
                    }
                    return isReady();
                });
        return this;
    }

    /** Waits until it answers at all, with or without a broker. */
    public StreamProcess awaitAlive() {
        await("life of the instance that logs to " + log)
                .atMost(START_WITHIN)
                .until(() -> answers("/q/health/live", 200));
        return this;
    }

    public boolean isReady() {
        return answers("/q/health/ready", 200);
    }

    public boolean answers(String path, int status) {
        try {
            return get(path).statusCode() == status;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    public HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(10))
                .GET();
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Health and metrics are at the management port, everything else at that of the API. */
    public URI uri(String path) {
        return URI.create("http://localhost:" + (path.startsWith("/q/") ? managementPort : port) + path);
    }

    /** The path of {@code /api/<collection>/<key>}, whatever the key holds. */
    public static String path(String collection, String key) {
        return "/api/" + collection + "/"
                + URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public int port() {
        return port;
    }

    public Process process() {
        return process;
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Ends it at once, as a machine that goes away does. */
    public void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to stop as an orchestrator does, and waits for its end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
