package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.events.ReferenceVariant;
import io.bulwark.events.Review;
import io.bulwark.events.UploaderAction;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.schemas.trace.TraceHeaders;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.policy.PolicyRows;
import io.bulwark.stream.policy.PolicyState;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** The rows that wait for their publication, on one connection that holds the publisher's lock. */
public final class Outbox implements OutboxPublisher.Table {

    /** Their ids fit into the metadata of an offset. */
    static final int BATCH = 80;

    private static final long LOCK = 0x62756c7761726b01L;

    /**
     * Fields of records are those of their Avro schemas, times milliseconds since 1970: outlives a change of schemas.
     */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addMixIn(CampaignRuling.class, RulingFields.class)
            .visibility(PropertyAccessor.GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .disable(SerializationFeature.WRITE_DATE_TIMESTAMPS_AS_NANOSECONDS)
            .disable(DeserializationFeature.READ_DATE_TIMESTAMPS_AS_NANOSECONDS)
            .build();

    private final Handle held;

    /** @param held the publisher's connection */
    Outbox(Handle held) {
        this.held = held;
    }

    /** What a row publishes, as the table names it. Rows of a kind that a newer version added stay where they are. */
    public enum Kind {
        REVIEW(Lane.DECISIONS, Review.class),
        REFERENCES(Lane.DECISIONS, ApprovedReferences.class),
        RULING(Lane.DECISIONS, CampaignRuling.class),
        POLICY(Lane.POLICIES, PolicyState.class),
        ACTION(Lane.ACTIONS, UploaderAction.class);

        private final Lane lane;
        private final Class<?> type;

        Kind(Lane lane, Class<?> type) {
            this.lane = lane;
            this.type = type;
        }
    }

    /**
     * Rows that keep their order and share batches. A batch is of one lane, so that a topic that refuses policies or
     * actions holds up no decision.
     */
    enum Lane {
        DECISIONS,
        POLICIES,
        ACTIONS;

        private List<String> kinds() {
            return Arrays.stream(Kind.values())
                    .filter(kind -> kind.lane == this)
                    .map(Kind::name)
                    .toList();
        }
    }

    /** The name of a ruling's id in rows. */
    private abstract static class RulingFields {
        @JsonProperty("id")
        private String rulingId;
    }

    /**
     * Puts a row into the outbox, in the transaction of what it publishes.
     *
     * @param id of the decision, ruling or action; unique in a tenant's outbox
     * @param content of the kind's type
     * @param trace that its record belongs to
     */
    public static void add(Handle handle, String tenant, UUID id, Kind kind, Object content, Context trace) {
        handle.execute(
                """
                INSERT INTO outbox (tenant, decision_id, kind, review, trace)
                VALUES (?, ?, ?, CAST(? AS jsonb), ?)""",
                tenant,
                id,
                kind.name(),
                write(content),
                TraceHeaders.parent(trace).orElse(null));
    }

    static String write(Object content) {
        try {
            return JSON.writeValueAsString(content);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("What is published is always JSON.", impossible);
        }
    }

    /** Whether this connection is the publisher's now; it stays so until it is closed. */
    boolean lock() {
        return held.createQuery("SELECT pg_try_advisory_lock(:lock)")
                .bind("lock", LOCK)
                .mapTo(Boolean.class)
                .one();
    }

    @Override
    public int remove(OutboxPublisher.Topic.Mark mark) {
        return Database.acrossTenants(
                held,
                handle -> handle.createUpdate(
                                "DELETE FROM outbox WHERE row_id = ANY (:rows) OR decision_id = ANY (:decisions)")
                        .bindArray("rows", UUID.class, mark.rows())
                        .bindArray("decisions", UUID.class, mark.decisions())
                        .execute());
    }

    @Override
    public int handOver(OutboxPublisher.Lanes lanes, Consumer<List<OutboxPublisher.Row>> publish) {
        return Database.acrossTenants(held, handle -> lanes.first(lane -> handOver(handle, lane, publish)));
    }

    private static int handOver(Handle handle, Lane lane, Consumer<List<OutboxPublisher.Row>> publish) {
        List<OutboxPublisher.Row> taken = takeOldest(handle, lane);
        List<OutboxPublisher.Row> wanted =
                taken.stream().filter(row -> isWanted(handle, row)).toList();
        if (!wanted.isEmpty()) {
            publish.accept(wanted);
        }
        return taken.size();
    }

    /** A policy that was overtaken while it waited, by the command or by a later change, is not put over the newer one. */
    private static boolean isWanted(Handle handle, OutboxPublisher.Row row) {
        return !(row.content() instanceof PolicyState policy) || PolicyRows.isAwaited(handle, policy);
    }

    private static List<OutboxPublisher.Row> takeOldest(Handle handle, Lane lane) {
        return handle.createQuery("""
                        WITH taken AS (DELETE FROM outbox WHERE position IN
                        (SELECT position FROM outbox WHERE kind = ANY (:kinds) ORDER BY position LIMIT :most)
                        RETURNING position, row_id, kind, review::text AS content, trace)
                        SELECT row_id, kind, content, trace FROM taken ORDER BY position""")
                .bindArray("kinds", String.class, lane.kinds())
                .bind("most", BATCH)
                .map((row, context) -> new OutboxPublisher.Row(
                        row.getObject("row_id", UUID.class),
                        read(Kind.valueOf(row.getString("kind")), row.getString("content")),
                        Optional.ofNullable(row.getString("trace"))))
                .list();
    }

    static Object read(Kind kind, String content) {
        try {
            return JSON.readValue(content, kind.type);
        } catch (JsonProcessingException unreadable) {
            throw new IllegalStateException("A row of the outbox cannot be read: " + content, unreadable);
        }
    }

    /**
     * The references of one approved proposal, for {@code moderation.references}, or their deletion.
     *
     * @param imageId of the image that they are made of, by which an erasure finds the row
     * @param at milliseconds since 1970
     */
    record ApprovedReferences(
            UUID id,
            String tenant,
            String imageId,
            String label,
            String sourceSha256,
            String addedBy,
            String approvedBy,
            long at,
            List<Row> references) {

        /** What the id of every reference begins with that reviewers made. */
        static final String PREFIX = "review/";

        /**
         * A reference.
         *
         * @param key its key on the topic
         * @param embedding half precision, little-endian; null where it is deleted
         */
        record Row(String key, byte[] embedding, List<Variant> variants) {}

        /** Another row of it. */
        record Variant(String name, byte[] embedding) {}

        /** The references that an approved proposal makes of a picture. */
        static ApprovedReferences of(
                BankProposals.Proposal proposal, Person approver, KafkaReferences.SeenPicture picture, Instant now) {
            List<Row> rows = picture.rows().stream()
                    .map(row -> new Row(
                            new ReferenceKey(
                                            picture.bank(),
                                            picture.modelFingerprint(),
                                            PREFIX + proposal.decisionId() + row.ground())
                                    .toString(),
                            row.look().embedding(),
                            row.variants().stream()
                                    .map(look -> new Variant(look.view(), look.embedding()))
                                    .toList()))
                    .toList();
            return new ApprovedReferences(
                    idOf(proposal.decisionId()),
                    approver.tenant(),
                    proposal.imageId(),
                    proposal.label(),
                    proposal.contentSha256(),
                    proposal.proposedBy(),
                    approver.name(),
                    now.toEpochMilli(),
                    rows);
        }

        /** The deletion of references; names neither image nor file. */
        static ApprovedReferences deletion(String tenant, List<String> keys, Instant now) {
            List<Row> rows =
                    keys.stream().map(key -> new Row(key, null, List.of())).toList();
            return new ApprovedReferences(UUID.randomUUID(), tenant, "", "", "", "", "", now.toEpochMilli(), rows);
        }

        /** Another id than the decision's, which may be in the outbox as well. */
        private static UUID idOf(UUID decisionId) {
            return UUID.nameUUIDFromBytes((PREFIX + decisionId).getBytes(StandardCharsets.UTF_8));
        }

        /** As the topic has them, by key; null deletes. */
        Map<String, Reference> toRecords() {
            var records = new LinkedHashMap<String, Reference>();
            for (Row row : references) {
                if (row.embedding() == null) {
                    records.put(row.key(), null);
                    continue;
                }
                records.put(
                        row.key(),
                        Reference.newBuilder()
                                .setLabel(label)
                                .setEmbedding(ByteBuffer.wrap(row.embedding()))
                                .setSourceSha256(sourceSha256)
                                .setAddedBy(addedBy)
                                .setApprovedBy(approvedBy)
                                .setAddedAt(Instant.ofEpochMilli(at))
                                .setLabelSource(LabelSource.REVIEW)
                                .setVariants(row.variants().stream()
                                        .map(variant -> new ReferenceVariant(
                                                variant.name(), ByteBuffer.wrap(variant.embedding())))
                                        .toList())
                                .build());
            }
            return records;
        }
    }
}
