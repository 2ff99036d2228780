package io.bulwark.cli.local;

import io.bulwark.cli.local.ChildProcess.JavaCommand;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A worker or moderation-stream in a separate JVM. Any thread may ask it; one thread at a time starts and stops it.
 */
public final class ServiceProcess implements AutoCloseable {

    private static final String ENTRY_POINT = "io.quarkus.bootstrap.runner.QuarkusEntryPoint";
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final ServiceSpec spec;
    private final ChildProcess child;

    private ServiceProcess(ServiceSpec spec, ChildProcess child) {
        this.spec = spec;
        this.child = child;
    }

    /**
     * Starts a service; {@link #awaitReady} waits until it can work.
     *
     * @throws CommandFailure if its port is taken or the JVM cannot be started
     */
    public static ServiceProcess start(ServiceSpec spec) {
        Ports.requireFree(spec.port(), spec.name(), spec.portOption());
        Path log = spec.logs().resolve(spec.name() + ".log");
        return new ServiceProcess(spec, ChildProcess.start(spec.name(), command(spec), log, STOP_LIMIT));
    }

    /** The command line of a service. */
    public static JavaCommand command(ServiceSpec spec) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "quarkus.http.host", "127.0.0.1",
                "quarkus.http.port", Integer.toString(spec.port()),
                // It is asked often while it starts, and each answer that it is not ready would be a line of its log.
                "quarkus.log.category.\"io.smallrye.health\".level", "WARN",
                "ai.djl.offline", "true"));
        properties.putAll(spec.settings());
        return new JavaCommand(
                ENTRY_POINT,
                List.of(leash(), spec.application()),
                spec.options(),
                properties,
                List.of(),
                spec.environment());
    }

    /**
     * Starts a service and waits until it is ready; one that is not is stopped.
     *
     * @throws CommandFailure as {@link #start} and {@link #awaitReady}
     */
    public static ServiceProcess ready(ServiceSpec spec, Duration limit) {
        ServiceProcess service = start(spec);
        try {
            service.awaitReady(limit);
            return service;
        } catch (RuntimeException notReady) {
            service.close();
            throw notReady;
        }
    }

    /**
     * Waits until it says that it is ready.
     *
     * @throws CommandFailure if it ends first or the limit passes; holds its last answer and the end of its log
     */
    public void awaitReady(Duration limit) {
        child.awaitReady(this::waitsFor, limit);
    }

    /** The same. @param notes told now and then what it waits for, and when it is ready */
    public void awaitReady(Duration limit, Consumer<String> notes) {
        child.awaitReady(this::waitsFor, limit, notes);
    }

    /** What it still waits for by its own word; empty when it is ready. */
    public Optional<String> waitsFor() {
        try {
            HttpResponse<String> answer = get("/q/health/ready");
            return answer.statusCode() == 200
                    ? Optional.empty()
                    : Optional.of("it answers " + answer.statusCode() + " " + answer.body());
        } catch (IOException notYet) {
            return Optional.of("its HTTP port " + spec.managementPort() + " does not answer yet");
        }
    }

    /** The sum of all samples of a metric, as Prometheus reads it; 0 where there is none. */
    public double metric(String name) throws IOException {
        return get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Where a browser finds it. */
    public URI url() {
        return URI.create("http://localhost:" + spec.port());
    }

    /** Its health and metrics. */
    public URI managementUrl() {
        return URI.create("http://localhost:" + spec.managementPort());
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    public long pid() {
        return child.pid();
    }

    /** Whether it ended by itself within that time. */
    public boolean exitedWithin(Duration time) {
        return child.exitedWithin(time);
    }

    /** The end of its log, for a message. */
    public String tail() {
        return child.tail();
    }

    /** SIGKILL: nothing is drained. */
    public void kill() {
        child.kill();
    }

    /** SIGTERM: it drains and leaves. */
    @Override
    public void close() {
        child.close();
    }

    private HttpResponse<String> get(String path) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + spec.managementPort() + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HTTP.send(request, BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while asking " + spec.name() + " for " + path, interrupted);
        }
    }

    private static Path leash() {
        return Path.of(URI.create(ChildMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
    }
}
