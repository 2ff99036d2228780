package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerde;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.state.Stores;

/**
 * Builds the topology that the package describes. Every node, store and internal topic has a name, so that a new
 * version finds the state of the one before.
 */
public final class ModerationTopology {

    private static final Serde<String> KEYS = Serdes.String();
    private static final Serde<byte[]> BYTES = Serdes.ByteArray();

    private final TopologySettings settings;
    private final TopologyEvents events;
    private final Map<String, ?> serdeConfig;
    private final Map<String, ?> internalSerdeConfig;

    /**
     * @param events told of what happens, for metrics
     * @param serdeConfig configures the serdes: which release of the schemas is written, where schemas are followed, and
     *     for what is published {@code bulwark.schema-registry.url} or nothing
     */
    public ModerationTopology(TopologySettings settings, TopologyEvents events, Map<String, ?> serdeConfig) {
        this.settings = settings;
        this.events = events;
        this.serdeConfig = serdeConfig;
        var internal = new HashMap<String, Object>(serdeConfig);
        internal.remove(SerdeSettings.REGISTRY_URL);
        this.internalSerdeConfig = internal;
    }

    public Topology build() {
        var builder = new StreamsBuilder();
        addStores(builder);
        var verdicts = new Readings<>(builder, "verdicts", Topics.VERDICTS, Verdict.class, Verdict::getImageId);
        var audits = new Readings<>(builder, "audits", Topics.ATTACK_AUDIT, AttackAudit.class, AttackAudit::getImageId);
        verdicts.unreadable()
                .merge(audits.unreadable(), Named.as("all-unreadable"))
                .to(Topics.DEAD_LETTERS.topicName(), Produced.with(BYTES, BYTES).withName("dead-letters"));

        KStream<String, AttackAudit> kept = audits.readable()
                .process(() -> new AuditsByImage(events), Named.as("audits-by-image"), StoreNames.AUDITS);
        kept.repartition(Repartitioned.with(KEYS, internal(AttackAudit.class)).withName("uploader-audits"))
                .process(AuditsByUploader::new, Named.as("audits-by-uploader"), StoreNames.UPLOADER_AUDITS);

        var deltas = new UploaderDeltas(new WindowGrid(settings.window()));
        verdicts.readable()
                .process(
                        () -> new LatestVerdicts(settings.verdictRetention(), deltas, events),
                        Named.as("latest-verdicts"),
                        StoreNames.VERDICTS)
                .merge(kept.mapValues(deltas::audited, Named.as("audit-deltas")), Named.as("all-deltas"))
                .repartition(
                        Repartitioned.with(KEYS, internal(UploaderStats.class)).withName("uploader-deltas"))
                .process(
                        () -> new UploaderWindows(settings.grace(), events),
                        Named.as("uploader-windows"),
                        StoreNames.UPLOADERS)
                .to(
                        Topics.UPLOADER_STATS.topicName(),
                        Produced.with(KEYS, published(UploaderStats.class)).withName("uploader-stats"));
        return builder.build();
    }

    private void addStores(StreamsBuilder builder) {
        builder.addStateStore(Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(StoreNames.VERDICTS),
                KEYS,
                new StoredVerdictSerde(internal(Verdict.class))));
        List.of(StoreNames.AUDITS, StoreNames.UPLOADER_AUDITS)
                .forEach(name -> builder.addStateStore(Stores.windowStoreBuilder(
                        Stores.persistentWindowStore(name, settings.auditRetention(), Duration.ofMillis(1), false),
                        KEYS,
                        internal(AttackAudit.class))));
        builder.addStateStore(Stores.windowStoreBuilder(
                Stores.persistentWindowStore(
                        StoreNames.UPLOADERS, settings.windowRetention(), settings.window(), false),
                KEYS,
                internal(UploaderStats.class)));
    }

    /**
     * For state and internal topics: always single-object, so that state does not hang on a registry. In the same release
     * as all else, so that the version before this one can read the state again.
     */
    private <T extends SpecificRecord> Serde<T> internal(Class<T> type) {
        return serde(type, internalSerdeConfig);
    }

    private <T extends SpecificRecord> Serde<T> published(Class<T> type) {
        return serde(type, serdeConfig);
    }

    private static <T extends SpecificRecord> Serde<T> serde(Class<T> type, Map<String, ?> settings) {
        var serde = new EventSerde<>(type);
        serde.configure(settings, false);
        return serde;
    }

    /** One source topic, read and split into what can be read and what cannot. */
    private final class Readings<T extends SpecificRecord> {

        private final Map<String, KStream<byte[], Reading<T>>> branches;

        Readings(StreamsBuilder builder, String name, Topics topic, Class<T> type, Function<T, String> keyOf) {
            branches = builder.stream(
                            topic.topicName(), Consumed.with(BYTES, BYTES).withName(name))
                    .process(() -> new RecordReader<>(decoder(type), keyOf, events), Named.as("read-" + name))
                    .split(Named.as(name + "-"))
                    .branch((key, reading) -> reading instanceof Reading.Readable, Branched.as("readable"))
                    .defaultBranch(Branched.as("unreadable"));
            prefix = name + "-";
        }

        private final String prefix;

        KStream<byte[], Reading<T>> readable() {
            return branches.get(prefix + "readable");
        }

        KStream<byte[], byte[]> unreadable() {
            return branches.get(prefix + "unreadable")
                    .mapValues(
                            reading -> ((Reading.Unreadable<T>) reading).value(), Named.as(prefix + "original-bytes"));
        }
    }

    private <T extends SpecificRecord> EventDecoder<T> decoder(Class<T> type) {
        return new EventDecoder<>(type, serdeConfig);
    }
}
