package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.CampaignRuling;
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
import io.bulwark.schemas.topic.ProbeAudits;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.audit.AuditMove;
import io.bulwark.stream.audit.AuditMoveSerde;
import io.bulwark.stream.audit.AuditsByImage;
import io.bulwark.stream.audit.AuditsByUploader;
import io.bulwark.stream.audit.Probes;
import io.bulwark.stream.decision.Consequence;
import io.bulwark.stream.decision.DecisionProcessor;
import io.bulwark.stream.decision.Fact;
import io.bulwark.stream.flagged.FlaggedLayout;
import io.bulwark.stream.flagged.FlaggedProcessor;
import io.bulwark.stream.flagged.FlaggedSightings;
import io.bulwark.stream.flagged.Sighting;
import io.bulwark.stream.intake.Reading;
import io.bulwark.stream.intake.RecordReader;
import io.bulwark.stream.intake.TopologyEvents;
import io.bulwark.stream.missing.AwaitedUploadSerde;
import io.bulwark.stream.missing.UploadReader;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TaskClock;
import io.bulwark.stream.uploader.UploaderChange;
import io.bulwark.stream.uploader.UploaderChangeSerde;
import io.bulwark.stream.uploader.UploaderOutput;
import io.bulwark.stream.uploader.UploaderProcessor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;

/**
 * Builds the topology that the package describes. Every node, store and internal topic has a name, so that a new
 * version finds the state of the one before.
 */
public final class ModerationTopology {

    private static final Serde<String> KEYS = Serdes.String();
    private static final Serde<byte[]> BYTES = Serdes.ByteArray();

    /**
     * Embeddings from before the first start that are read. They are in one task with verdicts, of which Kafka Streams takes
     * the oldest record first: until they are through nothing is decided.
     */
    private static final Duration EMBEDDINGS_BEFORE = Duration.ofHours(1);

    private final TopologySettings settings;
    private final TopologyEvents events;
    private final TaskClock.Source clocks;
    private final EventSerdes serdes;

    /**
     * @param events told of what happens, for metrics
     * @param brokerTime the time of the newest record in the cluster; empty where it is not known
     * @param serdeConfig configures the serdes: which release of the schemas is written, where schemas are followed, what
     *     topics are called ({@code bulwark.topics.prefix}), and for what is published {@code bulwark.schema-registry.url} or nothing
     */
    public ModerationTopology(
            TopologySettings settings,
            TopologyEvents events,
            Supplier<Optional<Instant>> brokerTime,
            Map<String, ?> serdeConfig) {
        this.settings = settings;
        this.events = events;
        this.clocks = new TaskClock.Source(brokerTime, events::clockApart);
        this.serdes = new EventSerdes(serdeConfig);
    }

    public Topology build() {
        var builder = new StreamsBuilder();
        StateStores.addTo(builder, serdes, settings);
        var verdicts = read(
                builder,
                "verdicts",
                Topics.VERDICTS,
                StoreNames.PARKED,
                Verdict.class,
                Verdict::getImageId,
                any -> true);
        var reviews = read(
                builder,
                "reviews",
                Topics.REVIEWS,
                StoreNames.PARKED,
                Review.class,
                Review::getImageId,
                review -> review.getContentSha256() != null || review.getUpload() != null);
        var erasures = read(
                builder, "erasures", Topics.ERASURES, StoreNames.PARKED, Erasure.class, Erasure::getId, any -> true);
        var audits = read(
                builder,
                "audits",
                Topics.ATTACK_AUDIT,
                StoreNames.PARKED,
                AttackAudit.class,
                AttackAudit::getImageId,
                any -> true);
        verdicts.unreadable()
                .merge(reviews.unreadable(), Named.as("verdicts-and-reviews-unreadable"))
                .merge(erasures.unreadable(), Named.as("decisive-unreadable"))
                .merge(audits.unreadable(), Named.as("all-unreadable"))
                .to(
                        serdes.topic(Topics.DEAD_LETTERS),
                        Produced.with(BYTES, BYTES).withName("dead-letters"));

        KStream<byte[], AuditMove> kept = audits.readable()
                .process(
                        () -> new AuditsByImage(settings.decisions().uploadRetention(), events),
                        Named.as("audits-by-image"),
                        StoreNames.AUDITS,
                        StoreNames.ERASED,
                        StoreNames.ERASED_AGES);
        KStream<byte[], Consequence> consequences = facts(
                        verdicts,
                        "verdicts",
                        readable -> new Fact.Decided(readable.value(), readable.coordinates(), readable.timestamp()))
                .merge(
                        facts(
                                reviews,
                                "reviews",
                                readable -> new Fact.Reviewed(readable.value(), readable.timestamp())),
                        named("said"))
                .merge(
                        facts(
                                erasures,
                                "erasures",
                                readable -> new Fact.ToErase(readable.value(), readable.timestamp())),
                        named("ordered"))
                .merge(uploads(builder), named("facts"))
                .process(
                        () -> new DecisionProcessor(
                                settings.decisions(),
                                settings.uploaders().weights(),
                                serdes.decoder(Hold.class),
                                events,
                                clocks),
                        named("decisions"),
                        StoreNames.DECISIONS,
                        StoreNames.EVIDENCE,
                        StoreNames.DECISION_AGES,
                        StoreNames.AWAITED,
                        StoreNames.AWAITED_AGES,
                        StoreNames.ERASED,
                        StoreNames.ERASED_AGES,
                        StoreNames.AUDITS);
        publish(consequences);
        KStream<byte[], AuditMove> moves = only(consequences, Consequence.AuditErased.class, "audits-erased")
                .mapValues(erased -> new AuditMove(erased.audit(), true), named("audits-to-erase"))
                .merge(kept, named("audit-moves"));
        keepAudits(moves.merge(probes(audits), named("audit-moves-and-probes")));
        count(only(consequences, Consequence.Counted.class, "counted")
                .mapValues(Consequence.Counted::change, named("image-changes"))
                .merge(moves.mapValues(ModerationTopology::audited, named("audit-changes")), named("all-changes")));
        if (settings.flagged().enabled()) {
            flag(builder, consequences);
        }
        if (settings.campaigns().enabled()) {
            group(builder, consequences, moves);
        }
        return builder.build();
    }

    /**
     * Asks the schema registry, where there is one, for all that the sinks of the built topology write, so that they never
     * wait for it. Blocks.
     *
     * @throws SerializationException where the registry does not answer; the message names it
     */
    public void prepare() {
        serdes.prepare();
    }

    /** Closes the connections to the registry of a topology that does not run any more, or never did. */
    public void close() {
        serdes.close();
    }

    /** Last, so that the numbers of the tasks before stay as they were. */
    private void flag(StreamsBuilder builder, KStream<byte[], Consequence> consequences) {
        var embeddings = new Readings<>(
                "embeddings",
                builder.stream(
                                serdes.topic(Topics.EMBEDDINGS),
                                Consumed.with(BYTES, BYTES)
                                        .withName("embeddings")
                                        .withOffsetResetPolicy(AutoOffsetReset.byDuration(EMBEDDINGS_BEFORE)))
                        .process(
                                () -> new RecordReader<>(
                                        serdes.topic(Topics.EMBEDDINGS),
                                        StoreNames.PARKED,
                                        serdes.decoder(ImageEmbedding.class),
                                        ImageEmbedding::getImageId,
                                        any -> true,
                                        events),
                                named("read-embeddings"),
                                StoreNames.PARKED));
        embeddings
                .unreadable()
                .to(
                        serdes.topic(Topics.DEAD_LETTERS),
                        Produced.with(BYTES, BYTES).withName("embedding-dead-letters"));
        only(consequences, Consequence.InForce.class, "to-flag")
                .mapValues(inForce -> (Sighting) new Sighting.Decided(inForce), named("decided-sightings"))
                .merge(embeddings.readable().mapValues(Sighting::of, named("embedded-sightings")), named("sightings"))
                .process(
                        () -> new FlaggedSightings(settings.flagged(), clocks),
                        named("flagged-sightings"),
                        StoreNames.SEEN,
                        StoreNames.SEEN_AGES,
                        StoreNames.DECISIONS,
                        StoreNames.AUDITS)
                .repartition(Repartitioned.with(KEYS, FlaggedLayout.changes())
                        .withName("flagged-changes")
                        .withNumberOfPartitions(settings.partitions()))
                .process(
                        () -> new FlaggedProcessor(settings.flagged(), events, clocks),
                        named("flagged"),
                        StoreNames.FLAGGED,
                        StoreNames.EXEMPT)
                .to(
                        serdes.topic(Topics.FLAGGED),
                        Produced.with(KEYS, serdes.published(Topics.FLAGGED, FlaggedContent.class))
                                .withName("flagged-sink"));
    }

    private void group(
            StreamsBuilder builder, KStream<byte[], Consequence> consequences, KStream<byte[], AuditMove> moves) {
        var rulings = read(
                builder,
                "campaign-rulings",
                Topics.CAMPAIGN_RULINGS,
                StoreNames.PARKED_RULINGS,
                CampaignRuling.class,
                CampaignRuling::getCampaignId,
                any -> true);
        rulings.unreadable()
                .to(
                        serdes.topic(Topics.DEAD_LETTERS),
                        Produced.with(BYTES, BYTES).withName("ruling-dead-letters"));
        new CampaignFlow(settings, events, clocks, serdes)
                .add(moves, only(consequences, Consequence.InForce.class, "to-settle"), rulings);
    }

    private void publish(KStream<byte[], Consequence> consequences) {
        only(consequences, Consequence.InForce.class, "in-force")
                .map(
                        (none, inForce) -> KeyValue.pair(
                                new TenantKey(inForce.tenant(), inForce.imageId()).toString(), inForce.decision()),
                        named("decision-records"))
                .to(
                        serdes.topic(Topics.DECISIONS),
                        Produced.with(KEYS, serdes.published(Topics.DECISIONS, ModerationDecision.class))
                                .withName("decisions-sink"));
        KStream<byte[], byte[]> tombstones = only(consequences, Consequence.Erased.class, "erased")
                .map(
                        (none, erased) ->
                                KeyValue.pair(erased.imageId().getBytes(StandardCharsets.UTF_8), (byte[]) null),
                        named("tombstones"));
        tombstones.to(serdes.topic(Topics.VERDICTS), Produced.with(BYTES, BYTES).withName("verdict-tombstones"));
        tombstones.to(
                serdes.topic(Topics.EMBEDDINGS), Produced.with(BYTES, BYTES).withName("embedding-tombstones"));
    }

    private void keepAudits(KStream<byte[], AuditMove> moves) {
        moves.selectKey((none, move) -> move.audit().getUploaderId(), named("audits-under-uploader"))
                .repartition(Repartitioned.with(KEYS, new AuditMoveSerde(serdes.state(AttackAudit.class)))
                        .withName("audits-of-uploader"))
                .process(
                        () -> new AuditsByUploader(settings.auditRetention(), clocks),
                        named("audits-by-uploader"),
                        StoreNames.UPLOADER_AUDITS,
                        StoreNames.UPLOADER_AUDIT_AGES);
    }

    private void count(KStream<byte[], UploaderChange> changes) {
        KStream<String, UploaderOutput> outputs = changes.selectKey(
                        (none, change) -> change.uploaderId(), named("changes-under-uploader"))
                .repartition(Repartitioned.with(KEYS, new UploaderChangeSerde()).withName("uploader-changes"))
                .process(
                        () -> new UploaderProcessor(settings.uploaders(), events, clocks),
                        named("uploaders"),
                        StoreNames.UPLOADERS,
                        StoreNames.UPLOADER_AGES,
                        StoreNames.UPLOADER_LEVELS);
        outputs.filter((key, output) -> output instanceof UploaderOutput.Windowed, named("windowed"))
                .mapValues(output -> ((UploaderOutput.Windowed) output).stats(), named("window-records"))
                .to(
                        serdes.topic(Topics.UPLOADER_STATS),
                        Produced.with(KEYS, serdes.published(Topics.UPLOADER_STATS, UploaderStats.class))
                                .withName("uploader-stats"));
        outputs.filter((key, output) -> output instanceof UploaderOutput.Acted, named("acted"))
                .mapValues(output -> ((UploaderOutput.Acted) output).action(), named("action-records"))
                .to(
                        serdes.topic(Topics.UPLOADER_ACTIONS),
                        Produced.with(KEYS, serdes.published(Topics.UPLOADER_ACTIONS, UploaderAction.class))
                                .withName("uploader-actions"));
    }

    private KStream<byte[], Fact> uploads(StreamsBuilder builder) {
        return builder.stream(
                        serdes.topic(Topics.IMAGES_UPLOADED),
                        Consumed.with(BYTES, BYTES).withName("uploads"))
                .process(
                        () -> new UploadReader(
                                serdes.topic(Topics.IMAGES_UPLOADED), serdes.decoder(ImageUploaded.class), events),
                        named("read-uploads"),
                        StoreNames.PARKED_UPLOADS)
                .repartition(Repartitioned.with(KEYS, new AwaitedUploadSerde())
                        .withName("awaited-uploads")
                        .withNumberOfPartitions(settings.partitions()))
                .map(
                        (imageId, upload) -> KeyValue.pair(
                                imageId.getBytes(StandardCharsets.UTF_8), (Fact) new Fact.Uploaded(upload)),
                        named("upload-facts"));
    }

    /** Tombstones say nothing here: what is to be forgotten is an {@link Erasure}, or past its retention. */
    private static <T extends SpecificRecord> KStream<byte[], Fact> facts(
            Readings<T> readings, String name, Function<Reading.Readable<T>, Fact> fact) {
        return readings.readable()
                .filter((key, reading) -> ((Reading.Readable<T>) reading).value() != null, named(name + "-values"))
                .mapValues(reading -> fact.apply((Reading.Readable<T>) reading), named(name + "-facts"));
    }

    private static <C extends Consequence> KStream<byte[], C> only(
            KStream<byte[], Consequence> consequences, Class<C> type, String name) {
        return consequences
                .filter((none, consequence) -> type.isInstance(consequence), named("only-" + name))
                .mapValues(type::cast, named(name));
    }

    /** The red team's audits are about a copy that it made: they say nothing of an image or of who uploaded it. */
    private static boolean isProbe(Reading<AttackAudit> reading) {
        AttackAudit audit = ((Reading.Readable<AttackAudit>) reading).value();
        return audit != null && ProbeAudits.isOne(audit);
    }

    private static KStream<byte[], AuditMove> probes(Readings<AttackAudit> audits) {
        return audits.readable()
                .filter((key, reading) -> isProbe(reading), named("only-probes"))
                .mapValues(reading -> (Reading.Readable<AttackAudit>) reading, named("readable-probes"))
                .mapValues(
                        reading -> new AuditMove(Probes.kept(reading.value(), reading.timestamp()), false),
                        named("probes-to-keep"));
    }

    private static UploaderChange audited(AuditMove move) {
        AttackAudit audit = move.audit();
        return UploaderChange.audits(
                move.erased() ? -1 : 1, audit.getTenant(), audit.getUploaderId(), audit.getDetectedAt());
    }

    private static Named named(String name) {
        return Named.as(name);
    }

    private <T extends SpecificRecord> Readings<T> read(
            StreamsBuilder builder,
            String name,
            Topics topic,
            String store,
            Class<T> type,
            Function<T, String> keyOf,
            Predicate<T> complete) {
        return new Readings<>(
                name,
                builder.stream(serdes.topic(topic), Consumed.with(BYTES, BYTES).withName(name))
                        .process(
                                () -> new RecordReader<>(
                                        serdes.topic(topic), store, serdes.decoder(type), keyOf, complete, events),
                                named("read-" + name),
                                store));
    }
}
