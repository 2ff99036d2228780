package io.bulwark.stream.topology;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Review;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.campaign.CampaignProcessor;
import io.bulwark.stream.decision.AwaitedUploads.AwaitedUpload;
import io.bulwark.stream.decision.StoredDecision;
import io.bulwark.stream.decision.StoredDecision.StoredVerdict;
import io.bulwark.stream.flagged.FlaggedChange.Exemption;
import io.bulwark.stream.flagged.FlaggedMember;
import io.bulwark.stream.state.SourceRecord;
import io.bulwark.stream.state.StoreNames;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The state stores of the topology. */
final class StateStores {

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
                Stores.persistentWindowStore(StoreNames.AUDITS, settings.auditRetention(), Duration.ofMillis(1), false),
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
