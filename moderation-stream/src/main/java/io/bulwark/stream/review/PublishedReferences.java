package io.bulwark.stream.review;

import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.events.ReferenceVariant;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What {@code moderation.references} is to be told: the references of one approved proposal.
 *
 * @param imageId of the image that they are made of, by which an erasure finds the row
 * @param at milliseconds since 1970
 */
record PublishedReferences(
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
    static PublishedReferences of(BankProposals.Proposal proposal, Person approver, SeenPicture picture, Instant now) {
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
        return new PublishedReferences(
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
                                    .map(variant ->
                                            new ReferenceVariant(variant.name(), ByteBuffer.wrap(variant.embedding())))
                                    .toList())
                            .build());
        }
        return records;
    }
}
