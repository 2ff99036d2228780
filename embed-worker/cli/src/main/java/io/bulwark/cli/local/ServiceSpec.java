package io.bulwark.cli.local;

import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How one service of Bulwark is run.
 *
 * @param name for messages and the log's name
 * @param application its {@code quarkus-run.jar}
 * @param port of its HTTP interface, on 127.0.0.1
 * @param portOption the command's option that chooses another, for the message where the port is taken
 * @param settings system properties, by the names of the program's table of settings
 * @param options of the JVM
 * @param environment variables in place of those of this process; an empty value takes one away
 * @param logs folder of its log
 */
public record ServiceSpec(
        String name,
        Path application,
        int port,
        String portOption,
        Map<String, String> settings,
        List<String> options,
        Map<String, String> environment,
        Path logs) {

    private static final String MANAGEMENT_PORT = "quarkus.management.port";

    public ServiceSpec {
        settings = Map.copyOf(settings);
        options = List.copyOf(options);
        environment = Map.copyOf(environment);
    }

    /**
     * A worker whose heap grows to 512 MB, as in the container image under a limit of 2 GiB.
     *
     * <p>The collector is the one that holds least: G1, the default, treats the pixels of one picture as a humongous
     * object, and the parallel one lets the heap grow to its limit. Uploads and views in flight outlive several young
     * collections, which generations are not made for: where the survivor spaces are too small for them (16 MB here),
     * they are promoted, and the old generation is compacted several times a second. {@code -Xlog:gc*} tells. What
     * libtorch has freed goes back to the system every two seconds (Java 17.0.12 and later; an older one ignores the
     * option).
     */
    public static ServiceSpec worker(Checkout checkout, String bootstrapServers, int port, Path logs) {
        return new ServiceSpec(
                "worker",
                checkout.workerApplication(),
                port,
                "--worker-port",
                at(bootstrapServers),
                List.of(
                        "-Xms112m",
                        "-Xmx512m",
                        "-XX:+DisableAttachMechanism",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:+UseSerialGC",
                        "-XX:NewSize=64m",
                        "-XX:SurvivorRatio=2",
                        "-XX:TargetSurvivorRatio=90",
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "-XX:TrimNativeHeapInterval=2000"),
                Map.of(),
                logs);
    }

    /**
     * The worker's program as a preview: it opens no model, so its heap is small. What its one decoder process may fill
     * is what a local worker's may.
     */
    public static ServiceSpec preview(Checkout checkout, String bootstrapServers, int port, Path logs) {
        return new ServiceSpec(
                        "preview",
                        checkout.workerApplication(),
                        port,
                        "--worker-port",
                        at(bootstrapServers),
                        List.of(
                                "-Xms32m",
                                "-Xmx192m",
                                "-XX:+DisableAttachMechanism",
                                "-XX:+UseSerialGC",
                                "-XX:+ExitOnOutOfMemoryError"),
                        Map.of(),
                        logs)
                .with(Map.of(
                        "bulwark.preview.enabled", "true",
                        "bulwark.preview.at-once", "1",
                        "bulwark.decode.memory-bytes", "256M"));
    }

    /** moderation-stream with its state under the data folder; its health and metrics are at a port that was free. */
    public static ServiceSpec stream(Checkout checkout, String bootstrapServers, int port, Path data) {
        return new ServiceSpec(
                        "stream",
                        checkout.streamApplication(),
                        port,
                        "--stream-port",
                        at(bootstrapServers),
                        List.of("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC"),
                        Map.of(),
                        data)
                .with(Map.of(
                        "bulwark.stream.state-dir",
                        data.resolve("stream").toString(),
                        MANAGEMENT_PORT,
                        Integer.toString(Ports.free())));
    }

    private static Map<String, String> at(String bootstrapServers) {
        return Map.of("bulwark.kafka.bootstrap-servers", bootstrapServers, TopicNames.SETTING, "");
    }

    /** The port of health and metrics: one of their own where the program has one, else {@link #port}. */
    public int managementPort() {
        return Integer.parseInt(settings.getOrDefault(MANAGEMENT_PORT, Integer.toString(port)));
    }

    /** The same under another name, which also names its log. */
    public ServiceSpec named(String other) {
        return new ServiceSpec(other, application, port, portOption, settings, options, environment, logs);
    }

    /** The same with further settings; the later value of a name wins. */
    public ServiceSpec with(Map<String, String> further) {
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(further);
        return new ServiceSpec(name, application, port, portOption, all, options, environment, logs);
    }

    /** The same with further options of the JVM. */
    public ServiceSpec withOptions(String... further) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of(further));
        return new ServiceSpec(name, application, port, portOption, settings, all, environment, logs);
    }

    /** The same with variables in place of those of this process; an empty value takes one away. */
    public ServiceSpec withEnvironment(Map<String, String> other) {
        return new ServiceSpec(name, application, port, portOption, settings, options, other, logs);
    }
}
