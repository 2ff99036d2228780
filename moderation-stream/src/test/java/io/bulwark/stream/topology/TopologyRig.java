package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Decision;
import io.bulwark.events.Erasure;
import io.bulwark.events.FlaggedContent;
import io.bulwark.events.Hold;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.events.UploaderAction;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.campaign.CampaignProcessor;
import io.bulwark.stream.campaign.CampaignProcessor.CampaignSalt;
import io.bulwark.stream.decision.DecisionProcessor;
import io.bulwark.stream.decision.StoredDecision;
import io.bulwark.stream.flagged.FlaggedProcessor;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.state.StoreKey;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import io.bulwark.stream.testing.Samples;
import io.bulwark.stream.uploader.UploaderProcessor;
import io.bulwark.stream.uploader.UploaderProcessor.Strikes;
import io.bulwark.stream.uploader.UploaderProcessor.Strikes.StrikeWeights;
import io.bulwark.stream.uploader.UploaderProcessor.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.test.TestRecord;

/** The whole topology on Kafka's test driver, with what goes in and what comes out. */
final class TopologyRig implements AutoCloseable, TopologyEvents {

    static final Duration RETENTION = Duration.ofDays(30);

    static final ModerationTopology.Settings SETTINGS = new ModerationTopology.Settings(
            new DecisionProcessor.Settings(
                    RETENTION, Duration.ofMinutes(15), Duration.ofDays(7), new Restriction(Set.of())),
            new UploaderProcessor.Settings(
                    RETENTION,
                    new StrikeWeights(Map.of("gore", 2.5, "spam", 0.5), 1),
                    new Strikes(Duration.ofDays(7), Map.of("warn", 3.0, "suspend", 6.0))),
            RETENTION,
            new FlaggedProcessor.Settings(true, RETENTION, 100, 5, Duration.ofDays(7)),
            new CampaignProcessor.Settings(
                    true, 40, 40, Duration.ofHours(24), RETENTION, new CampaignSalt("a secret of tests".getBytes())),
            1);

    final List<String> reports = new ArrayList<>();
    final TopologyTestDriver driver;
    long missing;
    long parked;
    RuntimeException defect;
    Optional<Instant> brokerTime = Optional.empty();
    final Map<String, Duration> apart = new TreeMap<>();
    private Instant wall = Samples.NOON;
    private final Map<String, Long> parkedByTopic = new TreeMap<>();
    long flagged;
    long campaignsOpen;
    private final TestInputTopic<byte[], byte[]> verdicts;
    private final TestInputTopic<byte[], byte[]> audits;
    private final TestInputTopic<byte[], byte[]> reviews;
    private final TestInputTopic<byte[], byte[]> uploads;
    private final TestInputTopic<byte[], byte[]> erasures;
    private final TestInputTopic<byte[], byte[]> holds;
    private final TestInputTopic<byte[], byte[]> embeddings;
    private final TestInputTopic<byte[], byte[]> rulings;
    private final TestOutputTopic<String, byte[]> flaggedContents;
    private final Map<String, FlaggedContent> flaggedNow = new TreeMap<>();
    private final TestOutputTopic<byte[], byte[]> deadLetters;
    private final TestOutputTopic<String, UploaderStats> stats;
    private final TestOutputTopic<String, UploaderAction> actions;
    private final TestOutputTopic<String, ModerationDecision> decisions;
    private final TestOutputTopic<String, AttackCampaign> campaigns;

    TopologyRig(Path state) {
        this(state, SETTINGS);
    }

    TopologyRig(Path state, ModerationTopology.Settings settings) {
        this(state, settings, Map.of());
    }

    TopologyRig(Path state, ModerationTopology.Settings settings, Map<String, ?> serdes) {
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        driver = new TopologyTestDriver(
                new ModerationTopology(settings, this, () -> brokerTime, serdes).build(), properties, Samples.NOON);
        verdicts = input(Topics.VERDICTS);
        audits = input(Topics.ATTACK_AUDIT);
        reviews = input(Topics.REVIEWS);
        uploads = input(Topics.IMAGES_UPLOADED);
        erasures = input(Topics.ERASURES);
        holds = input(Topics.HOLDS);
        embeddings = input(Topics.EMBEDDINGS);
        rulings = input(Topics.CAMPAIGN_RULINGS);
        flaggedContents = driver.createOutputTopic(
                Topics.FLAGGED.topicName(), new StringDeserializer(), new ByteArrayDeserializer());
        deadLetters = driver.createOutputTopic(
                Topics.DEAD_LETTERS.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        stats = output(Topics.UPLOADER_STATS, UploaderStats.class);
        actions = output(Topics.UPLOADER_ACTIONS, UploaderAction.class);
        decisions = output(Topics.DECISIONS, ModerationDecision.class);
        campaigns = output(Topics.CAMPAIGNS, AttackCampaign.class);
    }

    private <T extends SpecificRecord> TestOutputTopic<String, T> output(Topics topic, Class<T> type) {
        return driver.createOutputTopic(topic.topicName(), new StringDeserializer(), new EventDeserializer<>(type));
    }

    private TestInputTopic<byte[], byte[]> input(Topics topic) {
        return driver.createInputTopic(topic.topicName(), new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Sends a verdict as of the moment of its decision. */
    void send(Verdict.Builder verdict) {
        send(verdict.build(), verdict.getDecidedAt());
    }

    void send(Verdict verdict, Instant recorded) {
        byte[] value = newest(Verdict.class).serialize(Topics.VERDICTS.topicName(), verdict);
        sendVerdictBytes(verdict.getImageId().getBytes(), value, recorded);
    }

    void sendVerdictBytes(byte[] key, byte[] value, Instant recorded) {
        verdicts.pipeInput(new TestRecord<>(key, value, recorded));
    }

    /** Sends a verdict with headers. */
    void send(Verdict.Builder verdict, Headers headers) {
        verdicts.pipeInput(new TestRecord<>(
                verdict.getImageId().getBytes(),
                newest(Verdict.class).serialize(Topics.VERDICTS.topicName(), verdict.build()),
                headers,
                verdict.getDecidedAt()));
    }

    /** The headers of what was written to a topic, by name; those of the trace alone. */
    List<List<String>> traces(Topics topic) {
        return driver
                .createOutputTopic(topic.topicName(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList()
                .stream()
                .map(record -> Arrays.stream(record.headers().toArray())
                        .filter(header -> header.key().startsWith("trace"))
                        .map(header -> header.key() + "=" + new String(header.value()))
                        .toList())
                .toList();
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

    void send(Review review) {
        send(review, review.getAt());
    }

    void send(Review review, Instant recorded) {
        reviews.pipeInput(new TestRecord<>(
                review.getImageId().getBytes(),
                newest(Review.class).serialize(Topics.REVIEWS.topicName(), review),
                recorded));
    }

    void send(ImageUploaded upload, Instant recorded) {
        uploads.pipeInput(new TestRecord<>(
                upload.getImageId().getBytes(),
                newest(ImageUploaded.class).serialize(Topics.IMAGES_UPLOADED.topicName(), upload),
                recorded));
    }

    void sendUploadBytes(byte[] key, byte[] value, Instant recorded) {
        uploads.pipeInput(new TestRecord<>(key, value, recorded));
    }

    void send(Erasure order) {
        erasures.pipeInput(new TestRecord<>(
                order.getId().getBytes(),
                newest(Erasure.class).serialize(Topics.ERASURES.topicName(), order),
                order.getAt()));
    }

    void removeOrder(String id) {
        erasures.pipeInput(new TestRecord<>(id.getBytes(), (byte[]) null, Instant.EPOCH));
    }

    void send(Hold hold) {
        holds.pipeInput(new TestRecord<>(
                TenantKey.ofHold(hold.getTenant(), hold.getSubject(), hold.getId())
                        .toString()
                        .getBytes(),
                newest(Hold.class).serialize(Topics.HOLDS.topicName(), hold),
                hold.getAt()));
    }

    /** A tombstone. */
    void remove(Hold hold) {
        String key = TenantKey.ofHold(hold.getTenant(), hold.getSubject(), hold.getId())
                .toString();
        holds.pipeInput(new TestRecord<>(key.getBytes(), null, hold.getAt()));
    }

    void send(ImageEmbedding embedding) {
        send(embedding, Samples.NOON);
    }

    void send(ImageEmbedding embedding, Instant recorded) {
        embeddings.pipeInput(new TestRecord<>(
                embedding.getImageId().getBytes(),
                newest(ImageEmbedding.class).serialize(Topics.EMBEDDINGS.topicName(), embedding),
                recorded));
    }

    /** Sends an audit with all that the newest release has. */
    void sendNewest(AttackAudit audit) {
        sendAuditBytes(
                audit.getImageId().getBytes(),
                newest(AttackAudit.class).serialize(Topics.ATTACK_AUDIT.topicName(), audit),
                audit.getDetectedAt());
    }

    void send(CampaignRuling ruling) {
        rulings.pipeInput(new TestRecord<>(
                ruling.getCampaignId().getBytes(),
                newest(CampaignRuling.class).serialize(Topics.CAMPAIGN_RULINGS.topicName(), ruling),
                ruling.getAt()));
    }

    /** What was published of campaigns, by key; a tombstone is a null. */
    List<KeyValue<String, AttackCampaign>> campaigns() {
        return campaigns.readKeyValuesToList();
    }

    void sendEmbeddingBytes(byte[] key, byte[] value) {
        embeddings.pipeInput(new TestRecord<>(key, value, Samples.NOON));
    }

    /** What the topic of what is flagged holds after compaction, by key. */
    Map<String, FlaggedContent> flagged() {
        var deserializer = new EventDeserializer<>(FlaggedContent.class);
        flaggedContents.readKeyValuesToList().forEach(record -> {
            if (record.value == null) {
                flaggedNow.remove(record.key);
            } else {
                flaggedNow.put(record.key, deserializer.deserialize(Topics.FLAGGED.topicName(), record.value));
            }
        });
        return flaggedNow;
    }

    private static <T extends SpecificRecord> EventSerializer<T> newest(Class<T> type) {
        var serializer = new EventSerializer<>(type);
        serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
        return serializer;
    }

    /** What holds for an image of the tenant "default"; null where nothing does. */
    ModerationDecision inForce(String imageId) {
        return inForce("default", imageId);
    }

    ModerationDecision inForce(String tenant, String imageId) {
        StoredDecision stored = stored(tenant, imageId);
        return stored == null ? null : stored.standing().inForce().orElse(null);
    }

    StoredDecision stored(String tenant, String imageId) {
        KeyValueStore<String, StoredDecision> store = driver.getKeyValueStore(StoreNames.DECISIONS);
        return store.get(StoreKey.image(tenant, imageId));
    }

    /** Everything that a store holds. */
    <V> Map<String, V> all(String name) {
        KeyValueStore<String, V> store = driver.getKeyValueStore(name);
        var found = new TreeMap<String, V>();
        try (KeyValueIterator<String, V> entries = store.all()) {
            entries.forEachRemaining(entry -> found.put(entry.key, entry.value));
        }
        return found;
    }

    WindowStore<String, AttackAudit> auditStore() {
        return driver.getWindowStore(StoreNames.AUDITS);
    }

    /** What is kept of an uploader's audits, as image ids, newest first. */
    List<String> auditedImages(String uploaderId) {
        return this.<AttackAudit>all(StoreNames.UPLOADER_AUDITS).entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(StoreKey.prefix("default", uploaderId)))
                .map(entry -> entry.getValue().getImageId())
                .toList();
    }

    UploaderStats window(String uploaderId, Instant start) {
        return window("default", uploaderId, Window.HOUR, start);
    }

    UploaderStats window(String tenant, String uploaderId, Window window, Instant start) {
        return this.<UploaderStats>all(StoreNames.UPLOADERS)
                .get(StoreKey.window(tenant, uploaderId, window.label(), start));
    }

    /** What was published of decisions, by key; a tombstone is a null. */
    List<KeyValue<String, ModerationDecision>> decided() {
        return decisions.readKeyValuesToList();
    }

    List<UploaderAction> actions() {
        return actions.readValuesToList();
    }

    /** The keys of the tombstones on a topic that this application erases from. */
    List<String> tombstones(Topics topic) {
        return driver
                .createOutputTopic(topic.topicName(), new StringDeserializer(), new ByteArrayDeserializer())
                .readKeyValuesToList()
                .stream()
                .filter(record -> record.value == null)
                .map(record -> record.key)
                .toList();
    }

    /** Time passes for this machine and for the brokers, and what is scheduled happens. */
    void advance(Duration time) {
        wall = wall.plus(time);
        brokerTime = Optional.of(wall);
        driver.advanceWallClockTime(time);
    }

    /** This machine's clock is set, and what is scheduled happens. */
    void set(Duration ahead) {
        driver.advanceWallClockTime(ahead);
    }

    /** Lets the readers try what is parked, often enough for a slow machine. */
    void retry() {
        for (int tries = 0; tries < 20; tries++) {
            driver.advanceWallClockTime(Duration.ofMillis(100));
        }
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

    List<KeyValue<String, UploaderStats>> published() {
        return stats.readKeyValuesToList();
    }

    @Override
    public void decided(Decision decision) {
        if (defect != null) {
            throw defect;
        }
        reports.add("decided " + decision);
    }

    @Override
    public void count(Count what, long times) {
        if (what == Count.EXPIRED) {
            if (times > 0) {
                reports.add("expired " + times);
            }
            return;
        }
        String report = switch (what) {
            case AUDIT_KEPT -> "audit";
            case LATE_FOR_WINDOW -> "late";
            case UPLOADER_ACTION -> "action";
            case CAMPAIGN_ANCHOR_HOT -> "anchor hot";
            default -> what.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
        for (long i = 0; i < times; i++) {
            reports.add(report);
        }
    }

    @Override
    public void level(Level what, String of, long value) {
        switch (what) {
            case PARKED -> {
                parkedByTopic.put(of, value);
                parked = parkedByTopic.values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
            }
            case CLOCK_APART -> {
                if (value == 0) {
                    apart.remove(of);
                } else {
                    apart.put(of, Duration.ofSeconds(value));
                }
            }
            case FLAGGED_ENTRIES -> flagged = value;
            case OPEN_CAMPAIGNS -> campaignsOpen = value;
            case MISSING_UPLOADS -> missing = value;
            default -> throw new AssertionError(what);
        }
    }

    @Override
    public void deadLetter(String topic, String reason) {
        reports.add("dead letter " + topic + " " + reason);
    }

    @Override
    public void close() {
        driver.close();
    }
}
