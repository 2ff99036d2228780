package io.bulwark.service.testing;

import io.bulwark.events.LabelAction;
import io.bulwark.events.LabelRule;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.PolicyDocument;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.follow.MadeFor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records of the policies topic. */
public final class PolicyRecords {

    private PolicyRecords() {}

    /** A policy that flags {@link References#FLAGGED} by k = 3; everything else may be replaced. */
    public static PolicyDocument.Builder document(String version, MadeFor madeFor) {
        return PolicyDocument.newBuilder()
                .setVersion(version)
                .setK(3)
                .setTemperature(0.07)
                .setFloor(-1)
                .setFlag(0.6)
                .setSafe(0.4)
                .setLabels(Map.of(References.FLAGGED, new LabelRule(LabelAction.FLAG, null, null)))
                .setMadeFor(new io.bulwark.events.MadeFor(
                        madeFor.bank(), madeFor.modelFingerprint(), madeFor.preprocessFingerprint()))
                .setAuthor("author")
                .setProposedAt(Instant.ofEpochMilli(1_700_000_000_000L));
    }

    /** A tenant's record with this policy in force; null for none. */
    public static ModerationPolicy record(String tenant, PolicyDocument inForce, PolicyDocument... history) {
        return ModerationPolicy.newBuilder()
                .setTenant(tenant)
                .setRevision(1)
                .setInForce(inForce)
                .setHistory(List.of(history))
                .build();
    }

    /** The same record with a shadow. */
    public static ModerationPolicy withShadow(ModerationPolicy record, PolicyDocument shadow) {
        return ModerationPolicy.newBuilder(record).setShadow(shadow).build();
    }

    /** As its value is written. */
    public static byte[] bytes(ModerationPolicy record) {
        return new EventSerializer<>(ModerationPolicy.class).serialize(Topics.POLICIES.topicName(), record);
    }

    /** As it is read. */
    public static ConsumerRecord<byte[], byte[]> read(String key, byte[] value) {
        return new ConsumerRecord<>(Topics.POLICIES.topicName(), 0, 0, key.getBytes(StandardCharsets.UTF_8), value);
    }

    /** As it is read under its tenant. */
    public static ConsumerRecord<byte[], byte[]> read(ModerationPolicy record) {
        return read(record.getTenant(), bytes(record));
    }
}
