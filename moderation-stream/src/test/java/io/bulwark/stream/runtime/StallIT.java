package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.testing.TomorrowsEvents;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.runtime.StreamsSupervisor.Pauses;
import io.bulwark.stream.runtime.StreamsSupervisor.StreamsStatus;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.testing.EventProducer;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.testing.StubRegistry;
import io.bulwark.stream.testing.TopicDump;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Verdicts at a steady rate while a schema, or the registry, is away for longer than a transaction may be open. Each
 * image has one verdict after another, so that its decisions show the order.
 */
class StallIT {

    private static final Pauses SHORT =
            new Pauses(Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofMinutes(5));

    /** The number of images, each of which gets a verdict in turn. */
    private static final int IMAGES = 97;

    /** Each fifth verdict is under the schema that is away. */
    private static final int STRANGE = 5;

    @TempDir
    private Path state;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void aSchemaThatIsAwayForLongerThanATransactionCostsNothing() throws Exception {
        schemaAway(Duration.ofSeconds(20), 50);
    }

    @Test
    @Tag("proof")
    void aRegistryThatIsAwayForLongerThanATransactionCostsNothing() throws Exception {
        registryAway(Duration.ofSeconds(20), 50);
    }

    @Test
    @Tag("soak")
    void aSchemaThatIsAwayForAMinuteCostsNothing() throws Exception {
        schemaAway(Duration.ofSeconds(60), 200);
    }

    @Test
    @Tag("soak")
    void aRegistryThatIsAwayForAMinuteCostsNothing() throws Exception {
        registryAway(Duration.ofSeconds(60), 200);
    }

    private void schemaAway(Duration away, int perSecond) throws Exception {
        Schema tomorrow = TomorrowsEvents.schema(Verdict.class);
        try (Broker broker = TestBroker.fresh();
                var producer = new EventProducer(broker.bootstrapServers())) {
            broker.createTopics(TopicNames.UNPREFIXED, 2);
            run(
                    broker,
                    Map.of("bulwark.schemas.wait", "120s"),
                    away,
                    perSecond,
                    (topic, verdict) -> TomorrowsEvents.bytes(verdict),
                    () -> producer.send(
                            Topics.SCHEMAS.topicName(),
                            TomorrowsEvents.key(tomorrow),
                            TomorrowsEvents.value(tomorrow)));
        }
    }

    private void registryAway(Duration away, int perSecond) throws Exception {
        try (Broker broker = TestBroker.fresh();
                var registry = StubRegistry.start()) {
            broker.createTopics(TopicNames.UNPREFIXED, 2);
            int id = registry.register(Verdict.getClassSchema());
            run(
                    broker,
                    Map.of("bulwark.schema-registry.url", registry.url()),
                    away,
                    perSecond,
                    (topic, verdict) -> framed(id, verdict),
                    registry::comeBack,
                    registry::goAway);
        }
    }

    @Test
    @Tag("proof")
    void aRestartWhileTheRegistryIsAwayWaitsForItAndStartsOneClient() throws Exception {
        try (Broker broker = TestBroker.fresh();
                var registry = StubRegistry.start()) {
            broker.createTopics(TopicNames.UNPREFIXED, 2);
            registry.goAway();
            Map<String, String> settings = Map.of("bulwark.schema-registry.url", registry.url());
            try (Running running = new Running(broker, settings)) {
                await().atMost(Duration.ofSeconds(40))
                        .until(() -> running.supervisor.status().message().contains("schema registry"));
                assertThat(running.supervisor.status().state()).isEqualTo(StreamsStatus.State.WAITING_FOR_TOPICS);
                assertThat(running.supervisor.streams()).isEmpty();
                registry.comeBack();
                running.awaitRunning();
            }
        }
    }

    private void run(
            Broker broker,
            Map<String, String> settings,
            Duration away,
            int perSecond,
            BiFunction<String, Verdict, byte[]> strange,
            Runnable comesBack)
            throws Exception {
        run(broker, settings, away, perSecond, strange, comesBack, () -> {});
    }

    private void run(
            Broker broker,
            Map<String, String> settings,
            Duration away,
            int perSecond,
            BiFunction<String, Verdict, byte[]> strange,
            Runnable comesBack,
            Runnable goesAway)
            throws Exception {
        int total = Math.toIntExact(away.toSeconds() * perSecond);
        try (Running running = new Running(broker, settings);
                var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", 0),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            running.awaitRunning();
            KafkaStreams client = running.supervisor.streams().orElseThrow();
            Map<Path, String> stores = stores();
            assertThat(stores).isNotEmpty();
            goesAway.run();
            send(producer, total, perSecond, strange);
            assertThat(running.parked()).as("parked while it is away").isPositive();
            comesBack.run();
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> running.parked() == 0 && decided(broker) == total);

            assertThat(running.supervisor.streams()).as("the client of before").containsSame(client);
            assertThat(client.metadataForLocalThreads()).hasSize(1);
            assertThat(stores()).as("the state of before").isEqualTo(stores);
            assertThat(TopicDump.all(broker.bootstrapServers(), Topics.DEAD_LETTERS.topicName()))
                    .isEmpty();
            assertInOrder(broker, settings, total);
        }
    }

    /** Sends at the rate that is asked for, by the clock. */
    private static void send(
            KafkaProducer<byte[], byte[]> producer,
            int total,
            int perSecond,
            BiFunction<String, Verdict, byte[]> strange) {
        String topic = Topics.VERDICTS.topicName();
        try (var plain = new EventSerializer<>(Verdict.class)) {
            plain.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            long begun = System.nanoTime();
            for (int i = 0; i < total; i++) {
                Verdict verdict = verdict(i);
                byte[] value = i % STRANGE == 0 ? strange.apply(topic, verdict) : plain.serialize(topic, verdict);
                producer.send(
                        new ProducerRecord<>(topic, verdict.getImageId().getBytes(StandardCharsets.UTF_8), value));
                long due = begun + (i + 1) * 1_000_000_000L / perSecond;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            producer.flush();
        }
    }

    /** The verdicts on one image are of uploads one after another, decided SAFE and NSFW in turn. */
    private static Verdict verdict(int i) {
        int turn = i / IMAGES;
        return Samples.verdict("image-" + i % IMAGES)
                .setUpload(new RecordCoordinates("images.uploaded", 0, (long) i))
                .setContentSha256(String.format("%064x", i))
                .setDecision(turn % 2 == 0 ? Decision.SAFE : Decision.NSFW)
                .setDecidedAt(Instant.now())
                .build();
    }

    private static byte[] framed(int id, Verdict verdict) {
        try (var plain = new EventSerializer<>(Verdict.class)) {
            plain.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
            byte[] single = plain.serialize("t", verdict);
            return ByteBuffer.allocate(5 + single.length - 10)
                    .put((byte) 0)
                    .putInt(id)
                    .put(single, 10, single.length - 10)
                    .array();
        }
    }

    private static long decided(Broker broker) {
        return TopicDump.all(broker.bootstrapServers(), Topics.DECISIONS.topicName())
                .size();
    }

    private static void assertInOrder(Broker broker, Map<String, String> settings, int total) {
        Map<String, List<Long>> offsets = new TreeMap<>();
        try (var deserializer = new EventDeserializer<>(ModerationDecision.class)) {
            var serde = new HashMap<String, Object>();
            Optional.ofNullable(settings.get(SerdeSettings.REGISTRY_URL))
                    .ifPresent(url -> serde.put(SerdeSettings.REGISTRY_URL, url));
            deserializer.configure(serde, false);
            TopicDump.all(broker.bootstrapServers(), Topics.DECISIONS.topicName())
                    .forEach(record -> {
                        ModerationDecision decision = deserializer.deserialize(record.topic(), record.value());
                        offsets.computeIfAbsent(decision.getImageId(), image -> new ArrayList<>())
                                .add(decision.getUpload().getOffset());
                    });
        }
        assertThat(offsets.values().stream().mapToInt(List::size).sum())
                .as("every verdict decided once")
                .isEqualTo(total);
        assertThat(offsets)
                .allSatisfy((image, uploads) -> assertThat(uploads).isSorted().doesNotHaveDuplicates());
    }

    /** The folders of the state stores; one that was deleted and made again has another key or time. */
    private Map<Path, String> stores() throws IOException {
        var found = new TreeMap<Path, String>();
        try (Stream<Path> files = Files.walk(state, 5)) {
            for (Path file :
                    files.filter(path -> path.getParent().endsWith("rocksdb")).toList()) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                found.put(file, attributes.fileKey() + " " + attributes.creationTime());
            }
        }
        return found;
    }

    /** The real client with its supervisor. */
    private final class Running implements AutoCloseable {

        private final SchemaFollower schemas;
        private final StreamsSupervisor supervisor;

        Running(Broker broker, Map<String, String> more) {
            var settings = new HashMap<>(more);
            settings.put("bulwark.kafka.bootstrap-servers", broker.bootstrapServers());
            settings.put("bulwark.stream.state-dir", state.toString());
            StreamConfig config = new SmallRyeConfigBuilder()
                    .addDiscoveredConverters()
                    .addDefaultInterceptors()
                    .withMapping(StreamConfig.class)
                    .withSources(new PropertiesConfigSource(settings, "test", 500))
                    .build()
                    .getConfigMapping(StreamConfig.class);
            var schemaClients = SchemaClients.of(StreamSettings.kafkaClient(config));
            schemas = new SchemaFollower(schemaClients, config.schemas().patience());
            supervisor = new StreamsSupervisor(
                    new KafkaStreamsClients(
                            config,
                            "localhost:1",
                            new StreamMeters(meters, StreamSettings.topics(config)),
                            meters,
                            schemas,
                            new KafkaStreamsClients.SchemaPublication(new SchemaPublisher(schemaClients), 2),
                            Optional::empty,
                            new Restriction(Set.of())),
                    SHORT);
            schemas.start();
            supervisor.start();
        }

        void awaitRunning() {
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(supervisor.status())
                            .extracting(StreamsStatus::state)
                            .as(supervisor.status().message())
                            .isEqualTo(StreamsStatus.State.RUNNING));
        }

        double parked() {
            return meters.get("bulwark.stream.parked").gauge().value();
        }

        @Override
        public void close() {
            supervisor.close();
            schemas.close();
        }
    }
}
