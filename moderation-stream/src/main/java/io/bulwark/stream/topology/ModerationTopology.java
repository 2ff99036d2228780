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
import io.bulwark.schemas.topic.SampledAudits.ProbeAudits;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.audit.AuditTally.ProbeTally;
import io.bulwark.stream.audit.AuditsByImage;
import io.bulwark.stream.audit.AuditsByImage.AuditMove;
import io.bulwark.stream.audit.AuditsByImage.AuditsByUploader;
import io.bulwark.stream.campaign.CampaignProcessor;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import io.bulwark.stream.decision.AwaitedUploads.UploadReader;
import io.bulwark.stream.decision.DecisionProcessor;
import io.bulwark.stream.decision.DecisionProcessor.Consequence;
import io.bulwark.stream.decision.Fact;
import io.bulwark.stream.flagged.FlaggedChange;
import io.bulwark.stream.flagged.FlaggedProcessor;
import io.bulwark.stream.flagged.FlaggedSightings;
import io.bulwark.stream.flagged.FlaggedSightings.Sighting;
import io.bulwark.stream.state.ClockedProcessor.TaskClock;
import io.bulwark.stream.state.SourceReader;
import io.bulwark.stream.state.SourceReader.Reading;
import io.bulwark.stream.state.StoreNames;
import io.bulwark.stream.state.TopologyEvents;
import io.bulwark.stream.topology.EventSerdes.StateStores;
import io.bulwark.stream.uploader.UploaderChange;
import io.bulwark.stream.uploader.UploaderProcessor;
import io.bulwark.stream.uploader.UploaderProcessor.Output;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
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
     * Embeddings from before the first start that are read. They are in one task with verdicts, of which Kafka Streams
     * takes the oldest record first: until they are through nothing is decided.
     */
    private static final Duration EMBEDDINGS_BEFORE = Duration.ofHours(1);

    private final Settings settings;
    private final TopologyEvents events;
    private final TaskClock.Source clocks;
    private final EventSerdes serdes;

    /**
     * @param events told of what happens, for metrics
     * @param brokerTime the time of the newest record in the cluster; empty where it is not known
     * @param serdeConfig configures the serdes: which release of the schemas is written, where schemas are followed,
     *     what topics are called ({@code bulwark.topics.prefix}), and for what is published
     *     {@code bulwark.schema-registry.url} or nothing
     */
    public ModerationTopology(
            Settings settings,
            TopologyEvents events,
            Supplier<Optional<Instant>> brokerTime,
            Map<String, ?> serdeConfig) {
        this.settings = settings;
        this.events = events;
        this.clocks = new TaskClock.Source(
                brokerTime, (task, apart) -> events.level(TopologyEvents.Level.CLOCK_APART, task, apart.toSeconds()));
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
        KStream<byte[], byte[]> unreadable = verdicts.unreadable()
                .merge(reviews.unreadable(), Named.as("verdicts-and-reviews-unreadable"))
                .merge(erasures.unreadable(), Named.as("decisive-unreadable"))
                .merge(audits.unreadable(), Named.as("all-unreadable"));
        sendBytes(unreadable, Topics.DEAD_LETTERS, "dead-letters");

        KStream<byte[], AuditMove> kept = audits.readable()
                .process(
                        () -> new AuditsByImage(settings.decisions(), events),
                        Named.as("audits-by-image"),
                        StoreNames.AUDITS,
                        StoreNames.DECISIONS,
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
     * Asks the schema registry, where there is one, for all that the sinks of the built topology write, so that they
     * never wait for it. Blocks.
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
        var embeddings = read(
                builder,
                Topics.EMBEDDINGS,
                Consumed.with(BYTES, BYTES)
                        .withName("embeddings")
                        .withOffsetResetPolicy(AutoOffsetReset.byDuration(EMBEDDINGS_BEFORE)),
                "embeddings",
                StoreNames.PARKED,
                ImageEmbedding.class,
                ImageEmbedding::getImageId,
                any -> true);
        sendBytes(embeddings.unreadable(), Topics.DEAD_LETTERS, "embedding-dead-letters");
        KStream<String, FlaggedContent> flagged = only(consequences, Consequence.InForce.class, "to-flag")
                .mapValues(inForce -> (Sighting) new Sighting.Decided(inForce.open()), named("decided-sightings"))
                .merge(embeddings.readable().mapValues(Sighting::of, named("embedded-sightings")), named("sightings"))
                .process(
                        () -> new FlaggedSightings(settings.flagged(), clocks),
                        named("flagged-sightings"),
                        StoreNames.SEEN,
                        StoreNames.SEEN_AGES,
                        StoreNames.DECISIONS,
                        StoreNames.AUDITS)
                .repartition(Repartitioned.with(KEYS, FlaggedChange.serde())
                        .withName("flagged-changes")
                        .withNumberOfPartitions(settings.partitions()))
                .process(
                        () -> new FlaggedProcessor(settings.flagged(), events, clocks),
                        named("flagged"),
                        StoreNames.FLAGGED,
                        StoreNames.EXEMPT);
        serdes.publish(flagged, Topics.FLAGGED, FlaggedContent.class, "flagged-sink");
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
        sendBytes(rulings.unreadable(), Topics.DEAD_LETTERS, "ruling-dead-letters");
        new CampaignFlow(settings, events, clocks, serdes)
                .add(
                        moves,
                        only(consequences, Consequence.InForce.class, "to-settle")
                                .mapValues(Consequence.InForce::open, named("open-to-settle")),
                        rulings);
    }

    private void publish(KStream<byte[], Consequence> consequences) {
        KStream<String, ModerationDecision> decisions = only(consequences, Consequence.InForce.class, "in-force")
                .map(
                        (none, inForce) -> KeyValue.pair(
                                new TenantKey(inForce.tenant(), inForce.imageId()).toString(), inForce.decision()),
                        named("decision-records"));
        serdes.publish(decisions, Topics.DECISIONS, ModerationDecision.class, "decisions-sink");
        KStream<byte[], byte[]> tombstones = only(consequences, Consequence.Erased.class, "erased")
                .map(
                        (none, erased) ->
                                KeyValue.pair(erased.imageId().getBytes(StandardCharsets.UTF_8), (byte[]) null),
                        named("tombstones"));
        sendBytes(tombstones, Topics.VERDICTS, "verdict-tombstones");
        sendBytes(tombstones, Topics.EMBEDDINGS, "embedding-tombstones");
        sendBytes(
                only(consequences, Consequence.InForce.class, "maybe-restricted")
                        .filter((none, inForce) -> inForce.isRestricted(), named("only-restricted"))
                        .map(
                                (none, inForce) -> KeyValue.pair(
                                        inForce.imageId().getBytes(StandardCharsets.UTF_8), (byte[]) null),
                                named("restricted-tombstones")),
                Topics.EMBEDDINGS,
                "restricted-embedding-tombstones");
    }

    private void sendBytes(KStream<byte[], byte[]> records, Topics topic, String name) {
        records.to(serdes.topic(topic), Produced.with(BYTES, BYTES).withName(name));
    }

    private void keepAudits(KStream<byte[], AuditMove> moves) {
        moves.selectKey((none, move) -> move.audit().getUploaderId(), named("audits-under-uploader"))
                .repartition(Repartitioned.with(KEYS, AuditMove.serde(serdes.state(AttackAudit.class)))
                        .withName("audits-of-uploader"))
                .process(
                        () -> new AuditsByUploader(settings.auditRetention(), clocks),
                        named("audits-by-uploader"),
                        StoreNames.UPLOADER_AUDITS,
                        StoreNames.UPLOADER_AUDIT_AGES);
    }

    private void count(KStream<byte[], UploaderChange> changes) {
        KStream<String, Output> outputs = changes.selectKey(
                        (none, change) -> change.uploaderId(), named("changes-under-uploader"))
                .repartition(Repartitioned.with(KEYS, UploaderChange.serde()).withName("uploader-changes"))
                .process(
                        () -> new UploaderProcessor(settings.uploaders(), events, clocks),
                        named("uploaders"),
                        StoreNames.UPLOADERS,
                        StoreNames.UPLOADER_AGES,
                        StoreNames.UPLOADER_LEVELS);
        serdes.publish(
                outputs.filter((key, output) -> output instanceof Output.Windowed, named("windowed"))
                        .mapValues(output -> ((Output.Windowed) output).stats(), named("window-records")),
                Topics.UPLOADER_STATS,
                UploaderStats.class,
                "uploader-stats");
        serdes.publish(
                outputs.filter((key, output) -> output instanceof Output.Acted, named("acted"))
                        .mapValues(output -> ((Output.Acted) output).action(), named("action-records")),
                Topics.UPLOADER_ACTIONS,
                UploaderAction.class,
                "uploader-actions");
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
                .repartition(Repartitioned.with(KEYS, AwaitedUpload.serde())
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
                .filter((key, readable) -> readable.value() != null, named(name + "-values"))
                .mapValues(fact::apply, named(name + "-facts"));
    }

    private static <C extends Consequence> KStream<byte[], C> only(
            KStream<byte[], Consequence> consequences, Class<C> type, String name) {
        return consequences
                .filter((none, consequence) -> type.isInstance(consequence), named("only-" + name))
                .mapValues(type::cast, named(name));
    }

    /** The red team's audits are about a copy that it made: they say nothing of an image or its uploader. */
    private static KStream<byte[], AuditMove> probes(Readings<AttackAudit> audits) {
        return audits.readable()
                .filter(
                        (key, readable) -> readable.value() != null && ProbeAudits.isOne(readable.value()),
                        named("only-probes"))
                .mapValues(
                        readable -> new AuditMove(ProbeTally.kept(readable.value(), readable.timestamp()), false),
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
        return read(builder, topic, Consumed.with(BYTES, BYTES).withName(name), name, store, type, keyOf, complete);
    }

    private <T extends SpecificRecord> Readings<T> read(
            StreamsBuilder builder,
            Topics topic,
            Consumed<byte[], byte[]> consumed,
            String name,
            String store,
            Class<T> type,
            Function<T, String> keyOf,
            Predicate<T> complete) {
        return new Readings<>(
                name,
                builder.stream(serdes.topic(topic), consumed)
                        .process(
                                () -> new SourceReader<>(
                                        serdes.topic(topic), store, serdes.decoder(type), keyOf, complete, events),
                                named("read-" + name),
                                store));
    }

    /** One source topic, split into what could be read and what could not. */
    static final class Readings<T extends SpecificRecord> {

        private final String prefix;
        private final Map<String, KStream<byte[], Reading<T>>> branches;

        /** @param name begins the names of the nodes */
        Readings(String name, KStream<byte[], Reading<T>> read) {
            prefix = name + "-";
            branches = read.split(Named.as(prefix))
                    .branch((key, reading) -> reading instanceof Reading.Readable, Branched.as("readable"))
                    .defaultBranch(Branched.as("unreadable"));
        }

        @SuppressWarnings("unchecked") // the branch holds nothing else
        KStream<byte[], Reading.Readable<T>> readable() {
            return (KStream<byte[], Reading.Readable<T>>) (KStream<?, ?>) branches.get(prefix + "readable");
        }

        KStream<byte[], byte[]> unreadable() {
            return branches.get(prefix + "unreadable")
                    .mapValues(
                            reading -> ((Reading.Unreadable<T>) reading).value(), Named.as(prefix + "original-bytes"));
        }
    }

    /**
     * What shapes the state.
     *
     * @param auditRetention how long after its detection an audit is kept
     * @param partitions of the topics that are read by image: all records of an image go to one task
     */
    public record Settings(
            DecisionProcessor.Settings decisions,
            UploaderProcessor.Settings uploaders,
            Duration auditRetention,
            FlaggedProcessor.Settings flagged,
            CampaignProcessor.Settings campaigns,
            int partitions) {}
}
