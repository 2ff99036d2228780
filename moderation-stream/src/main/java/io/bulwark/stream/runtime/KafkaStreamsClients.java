package io.bulwark.stream.runtime;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.follow.SchemaFollower.SchemaTopicException;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.runtime.StreamsProperties.ProcessingFaults;
import io.bulwark.stream.runtime.StreamsProperties.StateMemory;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.TopologyEvents;
import io.bulwark.stream.topology.ModerationTopology;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.jboss.logging.Logger;

/** Makes Kafka Streams clients, each with its native memory, dead-letter producer and metrics. */
final class KafkaStreamsClients implements StreamsSupervisor.Clients {

    static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);

    private static final Logger LOG = Logger.getLogger(KafkaStreamsClients.class);
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REGISTRY_TIMEOUT = Duration.ofSeconds(10);

    /** Stores and tasks have metrics once they are assigned; Micrometer's own minute would leave a rebalance unseen. */
    private static final Duration LOOK_FOR_METRICS_EVERY = Duration.ofSeconds(5);

    private final StreamConfig config;
    private final String applicationServer;
    private final TopologyEvents events;
    private final MeterRegistry meters;
    private final SchemaFollower schemas;
    private final SchemaPublication publication;
    private final Supplier<Optional<Instant>> brokerTime;
    private final Restriction restriction;
    private final TopicCheck topics;
    private Prepared prepared; // of the supervisor's thread

    KafkaStreamsClients(
            StreamConfig config,
            String applicationServer,
            TopologyEvents events,
            MeterRegistry meters,
            SchemaFollower schemas,
            SchemaPublication publication,
            Supplier<Optional<Instant>> brokerTime,
            Restriction restriction) {
        this.config = config;
        this.applicationServer = applicationServer;
        this.events = events;
        this.meters = meters;
        this.schemas = schemas;
        this.publication = publication;
        this.brokerTime = brokerTime;
        this.restriction = restriction;
        this.topics = new TopicCheck(
                ADMIN_TIMEOUT,
                StreamSettings.topics(config),
                config.stream().flagged().enabled(),
                config.stream().campaigns().enabled());
    }

    @Override
    public Optional<String> topicFault() throws InterruptedException {
        if (restriction.isAwaited()) {
            return Optional.of(
                    "The restricted cases are being read from the database (bulwark.restricted.labels is set).");
        }
        try (Admin admin = Admin.create(StreamSettings.kafkaClient(config))) {
            Optional<String> fault = topics.fault(admin);
            if (fault.isEmpty()) {
                fault = publication.fault();
            }
            return fault.isPresent() ? fault : schemaFault();
        } catch (KafkaException unusable) {
            Throwable cause = unusable.getCause() == null ? unusable : unusable.getCause();
            return Optional.of("No Kafka client can be made: "
                    + ConnectionFaults.explain(unusable)
                            .orElseGet(() -> cause.getMessage() + " Check bulwark.kafka.bootstrap-servers and"
                                    + " bulwark.kafka.properties."));
        }
    }

    /** A stream thread must not wait for the published schemas, nor for the registry to name ours: so this does. */
    private Optional<String> schemaFault() throws InterruptedException {
        if (!schemas.hasCaughtUp()) {
            return Optional.of("Topic " + StreamSettings.topics(config).of(Topics.SCHEMAS) + " is being read.");
        }
        if (prepared == null || prepared.partitions() != topics.verdictPartitions()) {
            if (prepared != null) {
                prepared.moderation().close();
            }
            int partitions = topics.verdictPartitions();
            var moderation = new ModerationTopology(
                    StreamSettings.topology(config, partitions, restriction),
                    events,
                    brokerTime,
                    schemas.addTo(StreamSettings.serdes(config)));
            prepared = new Prepared(partitions, moderation, moderation.build());
        }
        return registryFault(prepared.moderation());
    }

    private Optional<String> registryFault(ModerationTopology topology) throws InterruptedException {
        var preparing = new FutureTask<Optional<String>>(() -> {
            try {
                topology.prepare();
                return Optional.empty();
            } catch (SerializationException away) {
                return Optional.of(away.getMessage());
            }
        });
        Thread thread = new Thread(preparing, "schema-registry");
        thread.setDaemon(true);
        thread.start();
        try {
            return preparing.get(REGISTRY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            preparing.cancel(true);
            prepared = null; // its connections to the registry may be dead
            topology.close();
            return Optional.of("The schema registry does not answer within " + REGISTRY_TIMEOUT.toSeconds()
                    + " s; check " + SerdeSettings.REGISTRY_URL + ".");
        } catch (ExecutionException defect) {
            throw new IllegalStateException("The schemas cannot be registered", defect.getCause());
        }
    }

    @Override
    public Client create() {
        Topology topology = prepared.topology();
        ModerationTopology moderation = prepared.moderation();
        prepared = null;
        var memory = new StateMemory(config.stream().stateMemory().asLongValue());
        Producer<byte[], byte[]> deadLetters = StreamSettings.producer(config, deadLetterProperties());
        Properties properties = StreamsProperties.streams(config, applicationServer);
        properties.put(StateMemory.PROPERTY, memory);
        properties.put(ProcessingFaults.PARTS, new ProcessingFaults.Parts(deadLetters, events));
        KafkaStreams streams;
        try {
            streams = new KafkaStreams(topology, properties);
        } catch (RuntimeException refused) {
            deadLetters.close(ADMIN_TIMEOUT);
            memory.close();
            moderation.close();
            throw refused;
        }
        AutoCloseable producer = () -> deadLetters.close(ADMIN_TIMEOUT);
        List<AutoCloseable> nativeMemory = List.of(memory, moderation::close);
        try {
            return new WholeClient(streams, bind(streams), producer, nativeMemory);
        } catch (RuntimeException refused) {
            new WholeClient(streams, () -> {}, producer, nativeMemory).close();
            throw refused;
        }
    }

    /** Kafka's metrics of a client as meters, until closed. */
    private AutoCloseable bind(KafkaStreams streams) {
        ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "kafka-streams-metrics");
            thread.setDaemon(true);
            return thread;
        });
        var metrics = new KafkaStreamsMetrics(streams, List.of(), looking, LOOK_FOR_METRICS_EVERY);
        try {
            metrics.bindTo(meters);
        } catch (RuntimeException refused) {
            looking.shutdownNow();
            metrics.close();
            throw refused;
        }
        return () -> {
            looking.shutdownNow();
            try {
                // A look that still runs would add meters after they were removed.
                looking.awaitTermination(1, TimeUnit.SECONDS);
            } finally {
                metrics.close();
            }
        };
    }

    /**
     * A client with what was made for it. A part that cannot be closed is logged and keeps nothing else from closing:
     * the next client waits for the state alone.
     *
     * @param metrics closed before the client
     * @param deadLetters closed after the client was asked to close
     * @param memory closed once the client is: stores that are still open would read freed memory
     */
    static final class WholeClient implements Client {

        private final KafkaStreams streams;
        private final AutoCloseable metrics;
        private final AutoCloseable deadLetters;
        private final List<AutoCloseable> memory;
        private volatile boolean isClosed;

        WholeClient(
                KafkaStreams streams, AutoCloseable metrics, AutoCloseable deadLetters, List<AutoCloseable> memory) {
            this.streams = streams;
            this.metrics = metrics;
            this.deadLetters = deadLetters;
            this.memory = memory;
        }

        @Override
        public KafkaStreams streams() {
            return streams;
        }

        @Override
        public void close() {
            closePart(metrics);
            boolean closed = streams.close(CLOSE_WITHIN);
            closePart(deadLetters);
            if (closed) {
                release();
            } else {
                LOG.warnf("Kafka Streams did not close within %d s", CLOSE_WITHIN.toSeconds());
                onceClosed(streams, this::release);
            }
        }

        private void release() {
            try {
                memory.forEach(WholeClient::closePart);
            } finally {
                isClosed = true;
            }
        }

        private static void closePart(AutoCloseable part) {
            try {
                part.close();
            } catch (Exception unclosable) {
                LOG.error("A part of the Kafka Streams client could not be closed", unclosable);
            }
        }

        @Override
        public boolean isClosed() {
            return isClosed;
        }
    }

    /** A topology for a number of partitions, built before it runs. */
    private record Prepared(int partitions, ModerationTopology moderation, Topology topology) {}

    private static void onceClosed(KafkaStreams streams, Runnable free) {
        Thread waiting = new Thread(
                () -> {
                    while (!streams.close(CLOSE_WITHIN)) {
                        LOG.warn("Kafka Streams still closes; the memory of its stores is not freed yet");
                    }
                    free.run();
                },
                "state-memory-release");
        waiting.setDaemon(true);
        waiting.start();
    }

    /** Of a producer that stream threads use: it blocks them for a moment at most. */
    static Map<String, Object> deadLetterProperties() {
        return Map.of(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                Topics.DEAD_LETTERS.maxRecordBytes(),
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                ProcessingFaults.BLOCK.toMillis());
    }

    /**
     * Tells readers once how this application is going to write, before it writes anything. The supervisor's thread
     * calls.
     */
    static final class SchemaPublication {

        private static final Logger LOG = Logger.getLogger(SchemaPublication.class);

        private final SchemaPublisher publisher;
        private final int release;
        private boolean done;

        SchemaPublication(SchemaPublisher publisher, int release) {
            this.publisher = publisher;
            this.release = release;
        }

        /**
         * Publishes what was not published yet.
         *
         * @return why that was not possible, as a sentence; empty once it is done
         * @throws InterruptedException where the thread is asked to stop
         */
        Optional<String> fault() throws InterruptedException {
            if (done) {
                return Optional.empty();
            }
            try {
                LOG.infof(
                        "The schemas of release %d are published; %d were lacking",
                        release, publisher.publish(release));
                done = true;
                return Optional.empty();
            } catch (InterruptException stopped) {
                Thread.interrupted();
                throw new InterruptedException(stopped.getMessage());
            } catch (SchemaTopicException refused) {
                return Optional.of(refused.getMessage());
            } catch (KafkaException failure) {
                return Optional.of("The schemas cannot be published: "
                        + ConnectionFaults.explain(failure).orElseGet(failure::getMessage));
            }
        }
    }
}
