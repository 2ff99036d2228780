package io.bulwark.stream.runtime;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.intake.TopologyEvents;
import io.bulwark.stream.topology.ModerationTopology;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.jboss.logging.Logger;

/** The real ones, with the native memory, the dead-letter producer and the metrics that belong to each. */
final class KafkaStreamsClients implements StreamsClients {

    static final Duration CLOSE_WITHIN = Duration.ofSeconds(20);

    private static final Logger LOG = Logger.getLogger(KafkaStreamsClients.class);
    private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(5);

    private final StreamConfig config;
    private final String applicationServer;
    private final TopologyEvents events;
    private final MeterRegistry meters;
    private final SchemaFollower schemas;
    private final SchemaPublication publication;
    private final TopicCheck topics;

    KafkaStreamsClients(
            StreamConfig config,
            String applicationServer,
            TopologyEvents events,
            MeterRegistry meters,
            SchemaFollower schemas,
            SchemaPublication publication) {
        this.config = config;
        this.applicationServer = applicationServer;
        this.events = events;
        this.meters = meters;
        this.schemas = schemas;
        this.publication = publication;
        this.topics = new TopicCheck(
                ADMIN_TIMEOUT,
                StreamSettings.topics(config),
                config.stream().flagged().enabled(),
                config.stream().campaigns().enabled());
    }

    @Override
    public Optional<String> topicFault() throws InterruptedException {
        try (Admin admin = Admin.create(StreamSettings.kafkaClient(config))) {
            Optional<String> fault = topics.fault(admin);
            return fault.isPresent() ? fault : publication.fault();
        } catch (KafkaException unusable) {
            Throwable cause = unusable.getCause() == null ? unusable : unusable.getCause();
            return Optional.of("No Kafka client can be made: "
                    + ConnectionFaults.explain(unusable)
                            .orElseGet(() -> cause.getMessage() + " Check bulwark.kafka.bootstrap-servers and"
                                    + " bulwark.kafka.properties."));
        }
    }

    @Override
    public Client create() {
        Map<String, Object> serdes = schemas.addTo(StreamSettings.serdes(config));
        var topology = new ModerationTopology(
                        StreamSettings.topology(config, topics.verdictPartitions()), events, serdes)
                .build();
        var memory = new StateMemory(config.stream().stateMemory().asLongValue());
        var deadLetters = deadLetterProducer();
        Properties properties = StreamsProperties.streams(config, applicationServer);
        properties.put(StateMemory.PROPERTY, memory);
        properties.put(ProcessingFaults.PARTS, new ProcessingFaults.Parts(deadLetters, events));
        var streams = new KafkaStreams(topology, properties);
        var metrics = new KafkaStreamsMetrics(streams);
        metrics.bindTo(meters);
        return new Client() {
            @Override
            public KafkaStreams streams() {
                return streams;
            }

            @Override
            public void close() {
                metrics.close();
                boolean closed = streams.close(CLOSE_WITHIN);
                deadLetters.close(ADMIN_TIMEOUT);
                if (closed) {
                    memory.close();
                } else { // stores that are still open would read freed memory: it is freed once they are not
                    LOG.warnf("Kafka Streams did not close within %d s", CLOSE_WITHIN.toSeconds());
                    freeOnceClosed(streams, memory);
                }
            }
        };
    }

    private static void freeOnceClosed(KafkaStreams streams, StateMemory memory) {
        Thread waiting = new Thread(
                () -> {
                    while (!streams.close(CLOSE_WITHIN)) {
                        LOG.warn("Kafka Streams still closes; the memory of its stores is not freed yet");
                    }
                    memory.close();
                },
                "state-memory-release");
        waiting.setDaemon(true);
        waiting.start();
    }

    private KafkaProducer<byte[], byte[]> deadLetterProducer() {
        Map<String, Object> properties = StreamSettings.kafkaClient(config);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.DEAD_LETTERS.maxRecordBytes());
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
