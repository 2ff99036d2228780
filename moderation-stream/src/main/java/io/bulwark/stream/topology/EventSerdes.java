package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerde;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.serde.SerdeSettings.FollowedSchemas;
import io.bulwark.schemas.topic.SchemaKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.campaign.CampaignProcessor;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import io.bulwark.stream.decision.StoredDecision;
import io.bulwark.stream.decision.StoredDecision.StoredVerdict;
import io.bulwark.stream.flagged.FlaggedChange.Exemption;
import io.bulwark.stream.flagged.FlaggedChange.FlaggedMember;
import io.bulwark.stream.state.SourceReader.SourceRecord;
import io.bulwark.stream.state.StoreNames;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** Makes the serdes of events. */
final class EventSerdes {

    private final Map<String, ?> published;
    private final Map<String, Object> state;
    private final Map<String, Object> newest;
    private final Map<Topics, EventSerializer<?>> sinks = new EnumMap<>(Topics.class);
    private final TopicNames names;

    /**
     * @param settings which release of the schemas is written, where schemas are followed, what topics are called, and
     *     for what is published {@code bulwark.schema-registry.url} or nothing
     */
    EventSerdes(Map<String, ?> settings) {
        published = settings;
        names = TopicNames.in(settings);
        newest = new HashMap<>(settings);
        newest.put(SerdeSettings.WRITE, BundledSchemas.RELEASES);
        state = new HashMap<>(newest);
        state.remove(SerdeSettings.REGISTRY_URL);
        state.remove(SerdeSettings.CLOUD_EVENTS_SOURCE);
        state.computeIfPresent(
                SerdeSettings.FOLLOWED,
                (name, followed) -> new BriefWait((FollowedSchemas) followed, names.of(Topics.SCHEMAS)));
    }

    /** The topic's name on the broker. */
    String topic(Topics topic) {
        return names.of(topic);
    }

    /**
     * For state and internal topics: always single-object, so that state does not hang on a registry, and in the newest
     * release, because an older one lacks the content that a review is about.
     */
    <T extends SpecificRecord> Serde<T> state(Class<T> type) {
        var serde = new EventSerde<>(type);
        serde.configure(state, false);
        return serde;
    }

    /** Writes records to a topic that others read. */
    <T extends SpecificRecord> void publish(KStream<String, T> records, Topics topic, Class<T> type, String name) {
        send(records, topic, type, name, published);
    }

    /** The same where an older release of the schemas lacks the record. */
    <T extends SpecificRecord> void publishNewest(
            KStream<String, T> records, Topics topic, Class<T> type, String name) {
        send(records, topic, type, name, newest);
    }

    /**
     * Has the registry name the schemas of all that is published, where there is a registry: a stream thread then never
     * waits for it. Blocks.
     *
     * @throws SerializationException where the registry does not answer
     */
    void prepare() {
        sinks.forEach((topic, serializer) -> serializer.prepare(names.of(topic)));
    }

    /** Closes the connections to the registry of what is published. */
    void close() {
        sinks.values().forEach(EventSerializer::close);
    }

    private <T extends SpecificRecord> void send(
            KStream<String, T> records, Topics topic, Class<T> type, String name, Map<String, ?> settings) {
        var serializer = new EventSerializer<>(type);
        serializer.configure(settings, false);
        sinks.put(topic, serializer);
        Serde<T> values = Serdes.serdeFrom(serializer, new EventDeserializer<>(type)); // a sink reads nothing
        records.to(names.of(topic), Produced.with(Serdes.String(), values).withName(name));
    }

    /** Of what others wrote. */
    <T extends SpecificRecord> EventDecoder<T> decoder(Class<T> type) {
        return new EventDecoder<>(type, published);
    }

    /**
     * For state and internal topics, which cannot be parked. Their writer has published the schema before, and a
     * client starts only once the topic of schemas was read to its end; so what is not here yet comes in a moment.
     */
    private record BriefWait(FollowedSchemas all, String topic) implements FollowedSchemas {

        private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);
        private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

        @Override
        public Schema findByFingerprint(long fingerprint) {
            return all.findByFingerprint(fingerprint);
        }

        @Override
        public boolean isAwaited(long fingerprint) {
            return all.isAwaited(fingerprint);
        }

        @Override
        public void await(long fingerprint) {
            long begun = System.nanoTime();
            while (findByFingerprint(fingerprint) == null && isAwaited(fingerprint)) {
                if (System.nanoTime() - begun >= MOST_NANOS) {
                    throw new TimeoutException("The schema " + new SchemaKey(fingerprint)
                            + " of this application's state is not on " + topic + ".");
                }
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
        }
    }

    /** The state stores of the topology. */
    static final class StateStores {

        private static final Serde<String> KEYS = Serdes.String();
        private static final Serde<byte[]> BYTES = Serdes.ByteArray();

        private StateStores() {}

        /** @param settings whose retention of audits is that of the window store, which drops by the segment */
        static void addTo(StreamsBuilder builder, EventSerdes serdes, ModerationTopology.Settings settings) {
            keyValue(
                    builder,
                    StoreNames.DECISIONS,
                    StoredDecision.serde(serdes.state(ModerationDecision.class), serdes.state(Review.class)));
            keyValue(
                    builder,
                    StoreNames.EVIDENCE,
                    StoredVerdict.serde(serdes.state(Verdict.class), serdes.topic(Topics.VERDICTS)));
            keyValue(builder, StoreNames.AWAITED, AwaitedUpload.serde());
            keyValue(builder, StoreNames.UPLOADERS, serdes.state(UploaderStats.class));
            keyValue(builder, StoreNames.UPLOADER_LEVELS, KEYS);
            keyValue(builder, StoreNames.UPLOADER_AUDITS, serdes.state(AttackAudit.class));
            List.of(StoreNames.PARKED, StoreNames.PARKED_UPLOADS)
                    .forEach(name -> keyValue(builder, name, SourceRecord.serde()));
            List.of(
                            StoreNames.DECISION_AGES,
                            StoreNames.AWAITED_AGES,
                            StoreNames.ERASED,
                            StoreNames.ERASED_AGES,
                            StoreNames.UPLOADER_AGES,
                            StoreNames.UPLOADER_AUDIT_AGES)
                    .forEach(name -> keyValue(builder, name, BYTES));
            builder.addStateStore(Stores.windowStoreBuilder(
                    Stores.persistentWindowStore(
                            StoreNames.AUDITS, settings.auditRetention(), Duration.ofMillis(1), false),
                    KEYS,
                    serdes.state(AttackAudit.class)));
            if (settings.flagged().enabled()) {
                keyValue(builder, StoreNames.SEEN, serdes.state(ImageEmbedding.class));
                keyValue(builder, StoreNames.SEEN_AGES, BYTES);
                keyValue(builder, StoreNames.FLAGGED, FlaggedMember.serde());
                keyValue(builder, StoreNames.EXEMPT, Exemption.serde());
            }
            if (settings.campaigns().enabled()) {
                keyValue(builder, StoreNames.PARKED_RULINGS, SourceRecord.serde());
                keyValue(builder, StoreNames.CAMPAIGNS, serdes.state(AttackCampaign.class));
                CampaignProcessor.stores().forEach(builder::addStateStore);
            }
            builder.globalTable(
                    serdes.topic(Topics.HOLDS),
                    Consumed.with(KEYS, BYTES).withName("holds-source"),
                    Materialized.<String, byte[], KeyValueStore<Bytes, byte[]>>as(StoreNames.HOLDS)
                            .withKeySerde(KEYS)
                            .withValueSerde(BYTES));
        }

        private static <V> void keyValue(StreamsBuilder builder, String name, Serde<V> values) {
            builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), KEYS, values));
        }
    }
}
