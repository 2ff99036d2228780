package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.testing.Samples;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.test.TestRecord;

/** The whole topology on Kafka's test driver, with what goes in and what comes out. */
final class TopologyRig implements AutoCloseable, TopologyEvents {

    static final TopologySettings SETTINGS = new TopologySettings(
            Duration.ofDays(30), Duration.ofDays(30), Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7));

    final List<String> reports = new ArrayList<>();
    final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> verdicts;
    private final TestInputTopic<byte[], byte[]> audits;
    private final TestOutputTopic<byte[], byte[]> deadLetters;
    private final TestOutputTopic<String, UploaderStats> stats;

    TopologyRig(Path state) {
        this(state, SETTINGS);
    }

    TopologyRig(Path state, TopologySettings settings) {
        this(state, settings, Map.of());
    }

    TopologyRig(Path state, TopologySettings settings, Map<String, ?> serdes) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        driver = new TopologyTestDriver(
                new ModerationTopology(settings, this, serdes).build(), properties, Samples.NOON);
        verdicts = input(Topics.VERDICTS);
        audits = input(Topics.ATTACK_AUDIT);
        deadLetters = driver.createOutputTopic(
                Topics.DEAD_LETTERS.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        stats = driver.createOutputTopic(
                Topics.UPLOADER_STATS.topicName(),
                new StringDeserializer(),
                new EventDeserializer<>(UploaderStats.class));
    }

    private TestInputTopic<byte[], byte[]> input(Topics topic) {
        return driver.createInputTopic(topic.topicName(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Sends a verdict as of the moment of its decision. */
    void send(Verdict.Builder verdict) {
        send(verdict.build(), verdict.getDecidedAt());
    }

    void send(Verdict verdict, Instant recorded) {
        byte[] value = new EventSerializer<>(Verdict.class).serialize(Topics.VERDICTS.topicName(), verdict);
        sendVerdictBytes(verdict.getImageId().getBytes(), value, recorded);
    }

    void sendVerdictBytes(byte[] key, byte[] value, Instant recorded) {
        verdicts.pipeInput(new TestRecord<>(key, value, recorded));
    }

    void send(AttackAudit.Builder audit) {
        send(audit.build(), audit.getDetectedAt());
    }

    void send(AttackAudit audit, Instant recorded) {
        byte[] value = new EventSerializer<>(AttackAudit.class).serialize(Topics.ATTACK_AUDIT.topicName(), audit);
        sendAuditBytes(audit.getImageId().getBytes(), value, recorded);
    }

    void sendAuditBytes(byte[] key, byte[] value, Instant recorded) {
        audits.pipeInput(new TestRecord<>(key, value, recorded));
    }

    StoredVerdict inForce(String imageId) {
        KeyValueStore<String, StoredVerdict> store = driver.getKeyValueStore(StoreNames.VERDICTS);
        return store.get(imageId);
    }

    WindowStore<String, AttackAudit> auditStore() {
        return driver.getWindowStore(StoreNames.AUDITS);
    }

    /** What is kept of an uploader's audits, as image ids in the order of detection. */
    List<String> auditedImages(String uploaderId) {
        WindowStore<String, AttackAudit> store = driver.getWindowStore(StoreNames.UPLOADER_AUDITS);
        List<AttackAudit> audits = new ArrayList<>();
        try (KeyValueIterator<Windowed<String>, AttackAudit> found = store.fetch(
                AuditKeys.firstOfUploader(uploaderId),
                AuditKeys.afterLastOfUploader(uploaderId),
                Instant.EPOCH,
                Instant.ofEpochMilli(Long.MAX_VALUE))) {
            found.forEachRemaining(entry -> audits.add(entry.value));
        }
        return audits.stream()
                .sorted(Comparator.comparing(AttackAudit::getDetectedAt))
                .map(AttackAudit::getImageId)
                .toList();
    }

    UploaderStats window(String uploaderId, Instant start) {
        WindowStore<String, UploaderStats> store = driver.getWindowStore(StoreNames.UPLOADERS);
        return store.fetch(uploaderId, start.toEpochMilli());
    }

    List<TestRecord<byte[], byte[]>> deadLetters() {
        return deadLetters.readRecordsToList();
    }

    /** What Kafka Streams would restore a store from: the newest values last. */
    List<byte[]> changelog(String store) {
        return driver.createOutputTopic(
                        "test-" + store + "-changelog", new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readValuesToList();
    }

    List<UploaderStats> published() {
        return stats.readValuesToList();
    }

    @Override
    public void verdictKept(Decision decision) {
        reports.add("kept " + decision);
    }

    @Override
    public void verdictOutranked() {
        reports.add("outranked");
    }

    @Override
    public void auditKept() {
        reports.add("audit");
    }

    @Override
    public void deadLetter(String topic, String reason) {
        reports.add("dead letter " + topic + " " + reason);
    }

    @Override
    public void lateForWindow() {
        reports.add("late");
    }

    @Override
    public void verdictsExpired(long count) {
        reports.add("expired " + count);
    }

    @Override
    public void close() {
        driver.close();
    }
}
