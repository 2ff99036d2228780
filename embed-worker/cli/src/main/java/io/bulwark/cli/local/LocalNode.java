package io.bulwark.cli.local;

import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Kafka, PostgreSQL, the worker, the preview and moderation-stream on this machine. Parts start in the order of their
 * needs and stop in the reverse of it; whatever fails on the way up stops what is already there.
 */
public final class LocalNode implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofSeconds(180);

    /** All parts are of one release, so that no reader needs an older one's schemas. */
    private static final Map<String, String> NEWEST_SCHEMAS =
            Map.of(SerdeSettings.WRITE, Integer.toString(BundledSchemas.RELEASES));

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final LocalNodeSettings settings;
    private KafkaProcess kafka;
    private Optional<PostgresProcess> database = Optional.empty();
    private ServiceProcess worker;
    private ServiceProcess preview;
    private ServiceProcess stream;

    /** Set by the thread that closes, read by the one that watches the parts. */
    private volatile boolean stopping;

    private LocalNode(LocalNodeSettings settings) {
        this.settings = settings;
    }

    /** Puts the bank where the worker finds it, before the worker starts. */
    @FunctionalInterface
    public interface BankStep {

        /** Fills the bank of a running broker where it is empty. */
        void fill(String bootstrapServers);
    }

    /**
     * Starts everything and waits until it is ready. The node also stops by itself when this JVM ends.
     *
     * @param settings ports, folder, further settings
     * @param checkout where the services lie
     * @param bank fills the bank
     * @param notes told what is going on, a line at a time
     * @throws io.bulwark.cli.terminal.CommandFailure if a part cannot be started; nothing is left running
     */
    public static LocalNode start(
            LocalNodeSettings settings, Checkout checkout, BankStep bank, Consumer<String> notes) {
        LocalNode node = new LocalNode(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(node::close, "local-node-stop"));
        try {
            node.startParts(checkout, bank, notes);
            return node;
        } catch (RuntimeException failure) {
            node.close();
            throw failure;
        }
    }

    /** What clients of Kafka connect to. */
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** The console and the query API. */
    public URI consoleUrl() {
        return stream.url();
    }

    /** Health and metrics of moderation-stream, at a port that was free. */
    public URI streamManagementUrl() {
        return stream.managementUrl();
    }

    /** Where the database is, if the node runs one. */
    public Optional<String> databaseUrl() {
        return database.map(PostgresProcess::url);
    }

    /** Health and metrics of the worker. */
    public URI workerUrl() {
        return worker.url();
    }

    /** Whether every part runs, or the node is being stopped, by which parts end one after the other. */
    public boolean isAlive() {
        return stopping
                || kafka.isAlive()
                        && worker.isAlive()
                        && preview.isAlive()
                        && stream.isAlive()
                        && database.map(PostgresProcess::isAlive).orElse(true);
    }

    /** Which part ended by itself, with the end of its log; empty text while all run. */
    public String whatEnded() {
        if (!worker.isAlive()) {
            return "the worker ended" + worker.tail();
        }
        if (!preview.isAlive()) {
            return "the preview ended" + preview.tail();
        }
        if (!stream.isAlive()) {
            return "moderation-stream ended" + stream.tail();
        }
        if (!database.map(PostgresProcess::isAlive).orElse(true)) {
            return "the database ended" + database.get().tail();
        }
        return kafka.isAlive()
                ? ""
                : "the broker ended; its log is " + settings.data().resolve("kafka/kafka.log");
    }

    /** Stops stream, preview, worker, database and broker in this order; the data stays. */
    @Override
    public void close() {
        stopping = true;
        AutoCloseable part = next();
        while (part != null) {
            try {
                part.close();
            } catch (Exception failure) {
                System.err.println("bulwark: while stopping the local node: " + failure.getMessage());
            }
            part = next();
        }
    }

    private AutoCloseable next() {
        synchronized (parts) {
            return parts.poll();
        }
    }

    private void startParts(Checkout checkout, BankStep bank, Consumer<String> notes) {
        DataFolder data = DataFolder.hold(settings.data(), settings.fresh());
        keep(data);
        Path folder = data.path();
        Ports.requireFree(settings.workerPort(), "the worker", "--worker-port");
        Ports.requireFree(settings.streamPort(), "moderation-stream", "--stream-port");

        notes.accept("Kafka starts, its data under " + folder);
        kafka = keep(KafkaProcess.start(folder.resolve("kafka"), settings.kafkaPort()));
        Topology.create(kafka.bootstrapServers(), settings.topics());
        bank.fill(kafka.bootstrapServers());

        Map<String, String> databaseSettings = startDatabase(folder.resolve("postgres"), notes);
        notes.accept("worker, preview and moderation-stream start, their logs in " + folder);
        LocalSecrets secrets = LocalSecrets.in(folder);
        worker = keep(ServiceProcess.start(
                ServiceSpec.worker(checkout, kafka.bootstrapServers(), settings.workerPort(), folder)
                        .with(NEWEST_SCHEMAS)
                        .with(settings.workerSettings())));
        preview =
                keep(ServiceProcess.start(ServiceSpec.preview(checkout, kafka.bootstrapServers(), Ports.free(), folder)
                        .with(settings.workerSettings())
                        .with(secrets.ofPreview())));
        stream = keep(ServiceProcess.start(
                ServiceSpec.stream(checkout, kafka.bootstrapServers(), settings.streamPort(), folder)
                        .with(NEWEST_SCHEMAS)
                        .with(databaseSettings)
                        .with(secrets.ofStream())
                        .with(Map.of("bulwark.preview.url", preview.url().toString()))
                        .with(settings.streamSettings())));
        worker.awaitReady(READY_LIMIT, notes);
        preview.awaitReady(READY_LIMIT, notes);
        stream.awaitReady(READY_LIMIT, notes);
    }

    private Map<String, String> startDatabase(Path folder, Consumer<String> notes) {
        if (settings.databasePort().isEmpty()) {
            return Map.of();
        }
        notes.accept("PostgreSQL starts");
        database = Optional.of(
                keep(PostgresProcess.start(folder, settings.databasePort().getAsInt())));
        return database.get().settings();
    }

    private <T extends AutoCloseable> T keep(T part) {
        synchronized (parts) {
            parts.push(part);
        }
        return part;
    }

    /** Secrets of a local node, drawn once and kept with its data where only its owner reads them. */
    static final class LocalSecrets {

        private static final int BYTES = 32;

        private final Path preview;
        private final Path evidence;

        private LocalSecrets(Path preview, Path evidence) {
            this.preview = preview;
            this.evidence = evidence;
        }

        /**
         * Those of a data folder; drawn where they are missing.
         *
         * @throws CommandFailure if they cannot be written
         */
        static LocalSecrets in(Path data) {
            return new LocalSecrets(
                    drawn(data.resolve("preview-secret"), ""), drawn(data.resolve("evidence-keys"), "local:"));
        }

        /** What the preview has to know of them. */
        Map<String, String> ofPreview() {
            return Map.of("bulwark.preview.secret-file", preview.toString());
        }

        /** What moderation-stream has to know of them. */
        Map<String, String> ofStream() {
            return Map.of(
                    "bulwark.preview.secret-file", preview.toString(),
                    "bulwark.review.evidence.key-file", evidence.toString());
        }

        private static Path drawn(Path file, String before) {
            if (Files.exists(file)) {
                return file;
            }
            byte[] secret = new byte[BYTES];
            new SecureRandom().nextBytes(secret);
            try {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                return Files.writeString(file, before + HexFormat.of().formatHex(secret) + "\n");
            } catch (IOException unwritable) {
                throw CommandFailure.failed("the secret " + file + " cannot be written: " + unwritable, unwritable);
            }
        }
    }

    /**
     * How a local node is run.
     *
     * @param data the folder that holds everything
     * @param fresh whether what an earlier node left there goes
     * @param kafkaPort of the broker
     * @param workerPort of the worker's health and metrics
     * @param streamPort of the console and the query API
     * @param databasePort of an own PostgreSQL; empty where there is none
     * @param workerSettings further settings of the worker, which win over the sample policy
     * @param streamSettings further settings of moderation-stream
     */
    public record LocalNodeSettings(
            Path data,
            boolean fresh,
            int kafkaPort,
            int workerPort,
            int streamPort,
            OptionalInt databasePort,
            Map<String, String> workerSettings,
            Map<String, String> streamSettings) {

        public LocalNodeSettings {
            workerSettings = Map.copyOf(workerSettings);
            streamSettings = Map.copyOf(streamSettings);
        }

        /** What topics, groups and transactions are called on its broker. */
        public TopicNames topics() {
            return TopicNames.of(Optional.ofNullable(workerSettings.get(TopicNames.SETTING)));
        }

        /** Whether people can review: there is an own PostgreSQL, or the settings name one. */
        public boolean hasDatabase() {
            return databasePort.isPresent() || streamSettings.containsKey("bulwark.database.url");
        }
    }
}
