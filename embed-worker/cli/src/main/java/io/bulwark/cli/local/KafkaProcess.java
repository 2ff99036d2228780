package io.bulwark.cli.local;

import io.bulwark.cli.local.ChildProcess.JavaCommand;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A real single-node Kafka (KRaft) in a separate JVM, on the loopback interface, with its data kept in a folder: a
 * second start on the same folder and port carries on.
 */
public final class KafkaProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int PROBE_MILLIS = 2_000;

    private final ChildProcess child;
    private final int port;

    private KafkaProcess(ChildProcess child, int port) {
        this.child = child;
        this.port = port;
    }

    /**
     * Starts a broker and waits until it answers.
     *
     * @param folder its data, its {@code server.properties} and its log; made if missing
     * @param port where clients connect
     * @throws CommandFailure if the port is taken or the broker does not start
     */
    public static KafkaProcess start(Path folder, int port) {
        return start(folder, port, List.of("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    }

    /**
     * The same as a production broker's JVM compiles it, by C2 as well: dearer at first, cheaper for each record after.
     * For benchmarks, which count what the broker costs.
     */
    public static KafkaProcess startForLoad(Path folder, int port) {
        return start(folder, port, List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC"));
    }

    private static KafkaProcess start(Path folder, int port, List<String> options) {
        Ports.requireFree(port, "Kafka", "--kafka-port");
        Path settings = writeSettings(folder.toAbsolutePath(), port);
        JavaCommand command = command(settings, options);
        KafkaProcess kafka =
                new KafkaProcess(ChildProcess.start("broker", command, folder.resolve("kafka.log"), STOP_LIMIT), port);
        kafka.awaitAnswer();
        return kafka;
    }

    /**
     * The command line of a broker with settings of the caller's, such as one of several.
     *
     * @param settings its {@code server.properties}; {@code bulwark.cluster-id} among them is the cluster's id, by which
     *     new data folders find together
     * @param options of its JVM
     */
    public static JavaCommand command(Path settings, List<String> options) {
        return new JavaCommand(
                KafkaNode.class.getName(),
                ownClasspath(),
                options,
                Map.of(
                        "org.slf4j.simpleLogger.defaultLogLevel", "info",
                        "org.slf4j.simpleLogger.log.org.apache.kafka", "info"),
                List.of(settings.toString()),
                Map.of());
    }

    /** What clients connect to. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    public long pid() {
        return child.pid();
    }

    /** SIGKILL: nothing is flushed or handed over. */
    public void kill() {
        child.kill();
    }

    @Override
    public void close() {
        child.close();
    }

    private void awaitAnswer() {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                PROBE_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                PROBE_MILLIS);
        try {
            child.awaitReady(
                    () -> Ports.isOpen(port) ? answers(settings) : Optional.of("nothing listens on " + port),
                    START_LIMIT);
        } catch (CommandFailure notReady) {
            child.kill();
            throw notReady;
        }
    }

    private static Optional<String> answers(Map<String, Object> settings) {
        try (Admin admin = Admin.create(settings)) {
            int nodes = admin.describeCluster()
                    .nodes()
                    .get(PROBE_MILLIS, TimeUnit.MILLISECONDS)
                    .size();
            return nodes > 0 ? Optional.empty() : Optional.of("its broker is not registered with its controller yet");
        } catch (ExecutionException | TimeoutException notYet) {
            return Optional.of("it does not answer yet: " + notYet.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while waiting for the broker", interrupted);
        }
    }

    /** Jars and folders that this JVM runs from, for a child that is a class of the same programs. */
    public static List<Path> ownClasspath() {
        return Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .map(Path::of)
                .toList();
    }

    /**
     * One node is controller and broker, nothing is replicated, the internal topics are small. Groups form at once and
     * may ask for short sessions, so that a crashed member is missed after a second and not after 45.
     */
    private static Path writeSettings(Path folder, int port) {
        int controllerPort = Ports.free();
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@127.0.0.1:" + controllerPort,
                "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
                "inter.broker.listener.name", "PLAINTEXT",
                "controller.listener.names", "CONTROLLER",
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "log.dirs", folder.resolve("log").toString()));
        settings.putAll(Map.of(
                "auto.create.topics.enable", "false",
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "4",
                "group.initial.rebalance.delay.ms", "0",
                "group.min.session.timeout.ms", "1000",
                "num.network.threads", "2",
                "num.io.threads", "4"));
        Path file = folder.resolve("server.properties");
        try {
            Files.createDirectories(folder);
            try (Writer writer = Files.newBufferedWriter(file)) {
                settings.store(writer, "Written at every start of the local node");
            }
        } catch (IOException unwritable) {
            throw CommandFailure.failed(
                    "the data folder " + folder + " cannot be written: " + unwritable.getMessage(), unwritable);
        }
        return file;
    }

    /**
     * The broker's own JVM: formats the data folder where it is new, runs broker and controller until SIGTERM.
     *
     * <p>{@code KafkaNode SERVER_PROPERTIES}
     */
    private static final class KafkaNode {

        /** Beside the broker's own settings: the cluster that a new data folder belongs to. Without it a new one. */
        static final String CLUSTER_ID = "bulwark.cluster-id";

        private KafkaNode() {}

        public static void main(String[] arguments) throws Exception {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(Path.of(arguments[0]))) {
                properties.load(reader);
            }
            format(properties);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
            Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "kafka-shutdown"));
            server.startup();
            server.awaitShutdown();
        }

        private static void format(Properties properties) throws Exception {
            String folder = properties.getProperty("log.dirs");
            Uuid cluster = Uuid.fromString(
                    properties.getProperty(CLUSTER_ID, Uuid.randomUuid().toString()));
            if (isFormatted(Path.of(folder))) {
                return;
            }
            new Formatter()
                    .setClusterId(cluster.toString())
                    .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
                    .setControllerListenerName(properties.getProperty("controller.listener.names"))
                    .setDirectories(List.of(folder))
                    .setMetadataLogDirectory(folder)
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .run();
        }

        private static boolean isFormatted(Path folder) throws IOException {
            if (!Files.isDirectory(folder)) {
                return false;
            }
            try (Stream<Path> files = Files.list(folder)) {
                return files.anyMatch(file -> file.endsWith("meta.properties"));
            }
        }
    }
}
