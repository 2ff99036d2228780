package io.bulwark.stream.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.CampaignRuling;
import io.bulwark.events.Decision;
import io.bulwark.events.LabelSource;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Reference;
import io.bulwark.events.ReferenceVariant;
import io.bulwark.events.Review;
import io.bulwark.events.Ruling;
import io.bulwark.schemas.topic.ReferenceKey;
import io.bulwark.stream.database.Database;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** The rows that wait for their publication, on one connection that holds the publisher's lock. */
final class Outbox implements OutboxPublisher.Table {

    /** Their ids fit into the metadata of an offset. */
    static final int BATCH = 80;

    private static final long LOCK = 0x62756c7761726b01L;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Handle held;

    /** @param held the publisher's connection */
    Outbox(Handle held) {
        this.held = held;
    }

    /** Puts a row into the outbox, in the transaction of what it publishes. */
    static void add(Handle handle, Published content) {
        try {
            handle.execute(
                    """
                    INSERT INTO outbox (tenant, decision_id, kind, review)
                    VALUES (?, ?, ?, CAST(? AS jsonb))""", content.tenant(), content.id(), content.kind().name(), JSON.writeValueAsString(content));
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
    public int handOver(Consumer<List<OutboxPublisher.Row>> publish) {
        return Database.acrossTenants(held, handle -> {
            List<OutboxPublisher.Row> rows = takeOldest(handle);
            if (!rows.isEmpty()) {
                publish.accept(rows);
            }
            return rows.size();
        });
    }

    private static List<OutboxPublisher.Row> takeOldest(Handle handle) {
        return handle.select("""
                WITH taken AS (DELETE FROM outbox WHERE position IN
                (SELECT position FROM outbox ORDER BY position LIMIT ?)
                RETURNING position, row_id, kind, review::text AS content)
                SELECT row_id, kind, content FROM taken ORDER BY position""", BATCH)
                .map((row, context) -> new OutboxPublisher.Row(
                        row.getObject("row_id", UUID.class),
                        read(Published.Kind.valueOf(row.getString("kind")), row.getString("content"))))
                .list();
    }

    private static Published read(Published.Kind kind, String content) {
        try {
            return JSON.readValue(content, kind.type());
        } catch (JsonProcessingException unreadable) {
            throw new IllegalStateException("A row of the outbox cannot be read: " + content, unreadable);
        }
    }

    /** What a row of the outbox is to tell Kafka. It is kept as JSON, which outlives a change of the topics' schemas. */
    sealed interface Published {

        /** The decision's id or that of what else was ruled; unique in a tenant's outbox. */
        UUID id();

        /** Whose row it is. */
        String tenant();

        /** What it is, as the table names it. */
        Kind kind();

        /** The kinds of rows. */
        enum Kind {
            REVIEW(OfReview.class),
            REFERENCES(OfReferences.class),
            RULING(OfRuling.class);

            private final Class<? extends Published> type;

            Kind(Class<? extends Published> type) {
                this.type = type;
            }

            Class<? extends Published> type() {
                return type;
            }
        }

        /**
         * What {@code moderation.reviews} is to be told: a decision of a person.
         *
         * @param upload where the upload stands; null where that is not known
         * @param reason in words; null without one
         * @param at milliseconds since 1970
         */
        record OfReview(
                UUID decisionId,
                String tenant,
                String imageId,
                String contentSha256,
                ReviewCandidate.UploadPlace upload,
                String reviewer,
                String decision,
                List<String> labels,
                String reason,
                boolean addToBank,
                long at)
                implements Published {

            @Override
            public UUID id() {
                return decisionId;
            }

            @Override
            public Kind kind() {
                return Kind.REVIEW;
            }

            /** As the topic has it. */
            Review toRecord() {
                return Review.newBuilder()
                        .setImageId(imageId)
                        .setReviewer(reviewer)
                        .setDecision(Decision.valueOf(decision))
                        .setReason(reason)
                        .setAddToBank(addToBank)
                        .setAt(Instant.ofEpochMilli(at))
                        .setTenant(tenant)
                        .setContentSha256(contentSha256)
                        .setUpload(
                                upload == null
                                        ? null
                                        : new RecordCoordinates(upload.topic(), upload.partition(), upload.offset()))
                        .setDecisionId(decisionId.toString())
                        .setLabels(labels)
                        .build();
            }
        }

        /**
         * What {@code moderation.references} is to be told: the references of one approved proposal.
         *
         * @param imageId of the image that they are made of, by which an erasure finds the row
         * @param at milliseconds since 1970
         */
        record OfReferences(
                UUID id,
                String tenant,
                String imageId,
                String label,
                String sourceSha256,
                String addedBy,
                String approvedBy,
                long at,
                List<Row> references)
                implements Published {

            /** What the id of every reference begins with that reviewers made. */
            static final String PREFIX = "review/";

            /**
             * A reference.
             *
             * @param key its key on the topic
             * @param embedding half precision, little-endian
             */
            record Row(String key, byte[] embedding, List<Variant> variants) {}

            /** Another row of it. */
            record Variant(String name, byte[] embedding) {}

            /** The references that an approved proposal makes of a picture. */
            static OfReferences of(
                    BankProposals.Proposal proposal,
                    Person approver,
                    KafkaReferences.SeenPicture picture,
                    Instant now) {
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
                return new OfReferences(
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

            /** Another id than the decision's, which may be in the outbox as well. */
            private static UUID idOf(UUID decisionId) {
                return UUID.nameUUIDFromBytes((PREFIX + decisionId).getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public Kind kind() {
                return Kind.REFERENCES;
            }

            /** As the topic has them, by key. */
            Map<String, Reference> toRecords() {
                var records = new LinkedHashMap<String, Reference>();
                for (Row row : references) {
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

        /**
         * What {@code moderation.campaign-rulings} is to be told: what a person says of a campaign.
         *
         * @param note in words; null without one
         * @param seen digests of the images that the person was shown; null where it is not known
         * @param at milliseconds since 1970
         */
        record OfRuling(
                UUID id,
                String tenant,
                String campaignId,
                String ruling,
                String note,
                String by,
                List<String> seen,
                long at)
                implements Published {

            @Override
            public Kind kind() {
                return Kind.RULING;
            }

            /** As the topic has it. */
            CampaignRuling toRecord() {
                return CampaignRuling.newBuilder()
                        .setRulingId(id.toString())
                        .setTenant(tenant)
                        .setCampaignId(campaignId)
                        .setRuling(Ruling.valueOf(ruling))
                        .setNote(note)
                        .setBy(by)
                        .setSeen(seen)
                        .setAt(Instant.ofEpochMilli(at))
                        .build();
            }
        }
    }
}
