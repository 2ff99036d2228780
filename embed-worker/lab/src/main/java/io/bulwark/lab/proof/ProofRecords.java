package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.LatestRecords;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackCampaign;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Erasure;
import io.bulwark.events.FlaggedContent;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.ImageUploaded;
import io.bulwark.events.InlineImage;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ModerationPolicy;
import io.bulwark.events.Reference;
import io.bulwark.events.Review;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * All that an oracle looks at. Lists are in the order of their partitions.
 *
 * @param uploads on {@code images.uploaded}, without their pictures
 * @param verdicts with tombstones
 * @param deadLettered uploads that have a dead letter, one entry for each
 * @param reviews with what is none, as a null
 * @param erasures with tombstones
 * @param decisions with tombstones
 * @param statistics with tombstones
 * @param cases rows of the casebook
 * @param traces of an erased image: where its id still is in force, on topics, in stores or in PostgreSQL
 * @param references on {@code moderation.references}, with tombstones
 * @param written what the traffic wrote last of each key of a reference; empty where it removed it
 * @param policies on {@code moderation.policies}
 * @param work of people
 * @param delivered ids of webhooks that the receiver got; empty where there is no receiver
 * @param acknowledged records that the brokers said they have
 * @param found records that stand on the topics that the traffic writes on
 * @param volume what growth wrote, which is in none of the lists
 * @param flagged the flagged index, and what workers saw
 * @param campaigns and the audits that they are made of
 */
record ProofRecords(
        List<Placed<ImageUploaded>> uploads,
        List<Placed<Verdict>> verdicts,
        List<Place> deadLettered,
        List<Placed<Review>> reviews,
        List<Placed<Erasure>> erasures,
        List<Placed<ModerationDecision>> decisions,
        List<Placed<UploaderStats>> statistics,
        List<CaseRow> cases,
        Map<String, Set<String>> traces,
        List<Placed<Reference>> references,
        Map<String, Optional<Reference>> written,
        List<Placed<ModerationPolicy>> policies,
        ProofWork work,
        Optional<Set<String>> delivered,
        Set<Place> acknowledged,
        Set<Place> found,
        ProofVolume volume,
        ProofFlagged flagged,
        ProofCampaigns campaigns) {

    /** Of one topic. */
    static final Duration READ_WITHIN = Duration.ofMinutes(5);

    /** Rows of a table that are in memory at a time. */
    static final int FETCHED_ROWS = 1_000;

    /** Where a record stands. */
    record Place(String topic, int partition, long offset) {

        @Override
        public String toString() {
            return topic + "/" + partition + "@" + offset;
        }
    }

    /**
     * A record.
     *
     * @param at when the broker took it in
     * @param value null for a tombstone, and for bytes that are no such record
     */
    record Placed<T>(Place place, Instant at, String key, T value) {

        /** The same with less of its value. */
        Placed<T> with(UnaryOperator<T> kept) {
            return value == null ? this : new Placed<>(place, at, key, kept.apply(value));
        }
    }

    /**
     * What was sent to a cluster so far.
     *
     * @param acknowledged records that the brokers said they have
     * @param references what was written last of each key
     * @param answers of the API
     */
    record Sent(List<Place> acknowledged, Map<String, Optional<Reference>> references, ProofWork.Answers answers) {

        Sent() {
            this(new ArrayList<>(), new HashMap<>(), new ProofWork.Answers());
        }
    }

    /** A row of the casebook, the columns that follow from a decision. */
    record CaseRow(
            String tenant,
            String imageId,
            String contentSha256,
            String uploaderId,
            String decision,
            String decidedBy,
            boolean byPerson,
            Long uploadOffset) {

        /** The row of an image with that last decision. */
        static CaseRow of(ModerationDecision decision) {
            return new CaseRow(
                    decision.getTenant(),
                    decision.getImageId(),
                    decision.getContentSha256(),
                    decision.getUploaderId(),
                    decision.getDecision().name(),
                    decision.getDecidedBy().getId(),
                    decision.getDecidedBy().getKind() == DeciderKind.REVIEWER,
                    decision.getUpload() == null ? null : decision.getUpload().getOffset());
        }
    }

    /** Without what no program can read, and tombstones: they neither ask for anything nor take an order back. */
    static <T> List<Placed<T>> whole(List<Placed<T>> records) {
        return records.stream().filter(record -> record.value() != null).toList();
    }

    /** The image of a decision, by its key. */
    static String image(String key) {
        return key.substring(key.indexOf('/') + 1);
    }

    /**
     * Reads everything to its committed end. Of verdicts, decisions and hours only what the rules look at is kept.
     *
     * @param database which is left in a transaction
     * @param delivered as it was when the decisions had been read
     * @param sent what has to be found again
     * @throws CommandFailure if topics cannot be read, or one of them not within five minutes
     * @throws KafkaException if the brokers do not answer
     * @throws SQLException if PostgreSQL cannot
     */
    static ProofRecords read(Broker broker, Connection database, Supplier<Optional<Set<String>>> delivered, Sent sent)
            throws SQLException {
        database.setAutoCommit(false); // rows come by FETCHED_ROWS within a transaction alone
        Set<Place> found = new HashSet<>();
        List<Placed<ImageUploaded>> uploads = new ArrayList<>();
        each(broker, Topics.IMAGES_UPLOADED, ImageUploaded.class, upload -> {
            found.add(upload.place());
            uploads.add(upload.with(ProofRecords::withoutPicture));
        });
        List<Placed<Review>> reviews = events(broker, Topics.REVIEWS, Review.class, found);
        List<Placed<Erasure>> erasures = events(broker, Topics.ERASURES, Erasure.class, found);
        Set<String> erased = new TreeSet<>();
        whole(erasures).forEach(order -> erased.add(order.value().getId()));
        ProofVolume volume = new ProofVolume(apart(reviews, erased));
        List<Placed<Verdict>> verdicts = new ArrayList<>();
        each(broker, Topics.VERDICTS, Verdict.class, verdict -> {
            if (volume.keeps(verdict.key())) {
                volume.verdict(verdict.key(), verdict.value());
            } else {
                found.add(verdict.place());
                verdicts.add(verdict.with(ProofRecords::withoutEvidence));
            }
        });
        ProofCampaigns.Reader campaigns = new ProofCampaigns.Reader();
        each(broker, Topics.ATTACK_AUDIT, AttackAudit.class, audit -> {
            found.add(audit.place());
            campaigns.audit(audit);
        });
        each(broker, Topics.CAMPAIGNS, AttackCampaign.class, campaigns::campaign);
        Map<String, Set<String>> traces = ProofTraces.of(erased, broker, database);
        List<Place> deadLettered = deadLettered(broker);
        List<Placed<ModerationDecision>> decisions = new ArrayList<>();
        each(broker, Topics.DECISIONS, ModerationDecision.class, decision -> {
            String image = image(decision.key());
            if (volume.keeps(image)) {
                volume.decision(image, decision.value());
            } else {
                decisions.add(decision.with(ProofRecords::withoutReplaced));
            }
        });
        ProofFlagged.Reader flagged = new ProofFlagged.Reader();
        each(broker, Topics.EMBEDDINGS, ImageEmbedding.class, flagged::embedding);
        each(broker, Topics.FLAGGED, FlaggedContent.class, flagged::entry);
        Map<String, Placed<UploaderStats>> hours = new LinkedHashMap<>();
        each(broker, Topics.UPLOADER_STATS, UploaderStats.class, hour -> hours.put(hour.key(), hour));
        return new ProofRecords(
                uploads,
                verdicts,
                deadLettered,
                reviews,
                erasures,
                decisions,
                List.copyOf(hours.values()),
                cases(database, volume),
                traces,
                events(broker, Topics.REFERENCES, Reference.class, found),
                Map.copyOf(sent.references()),
                events(broker, Topics.POLICIES, ModerationPolicy.class, found),
                ProofWork.read(database, sent.answers()),
                delivered.get(),
                Set.copyOf(sent.acknowledged()),
                found,
                volume,
                flagged.read(),
                campaigns.read());
    }

    private static Set<String> apart(List<Placed<Review>> reviews, Set<String> erased) {
        Set<String> apart = new TreeSet<>(erased);
        whole(reviews).forEach(review -> apart.add(review.value().getImageId()));
        return apart;
    }

    private static <T extends SpecificRecord> List<Placed<T>> events(
            Broker broker, Topics topic, Class<T> type, Set<Place> found) {
        List<Placed<T>> events = new ArrayList<>();
        each(broker, topic, type, event -> {
            found.add(event.place());
            events.add(event);
        });
        return events;
    }

    private static <T extends SpecificRecord> void each(
            Broker broker, Topics topic, Class<T> type, Consumer<Placed<T>> seen) {
        try (EventDecoder<T> decoder = new EventDecoder<>(type, broker.clientSettings(Map.of()))) {
            LatestRecords.each(
                    broker,
                    broker.topic(topic),
                    READ_WITHIN,
                    record -> seen.accept(new Placed<>(
                            place(record),
                            Instant.ofEpochMilli(record.timestamp()),
                            LatestRecords.key(record),
                            record.value() == null
                                    ? null
                                    : decoded(decoder, record).orElse(null))));
        }
    }

    /**
     * Empty for bytes that are no such record.
     *
     * @throws CommandFailure where the registry does not say
     */
    private static <T extends SpecificRecord> Optional<T> decoded(
            EventDecoder<T> decoder, ConsumerRecord<byte[], byte[]> record) {
        DecodedEvent<T> decoded = decoder.decode(record.topic(), record.value());
        if (decoded instanceof DecodedEvent.Undecodable<T> undecodable
                && undecodable.reason().retriable()) {
            throw CommandFailure.unavailable(place(record) + " cannot be read yet: " + undecodable.detail());
        }
        return decoded instanceof DecodedEvent.Event<T> event ? Optional.of(event.value()) : Optional.empty();
    }

    private static ImageUploaded withoutPicture(ImageUploaded upload) {
        return ImageUploaded.newBuilder(upload)
                .setContent(new InlineImage(ByteBuffer.allocate(0)))
                .build();
    }

    /** No rule looks at views, which are most of a verdict. */
    private static Verdict withoutEvidence(Verdict verdict) {
        verdict.put("views", List.of());
        return verdict;
    }

    private static ModerationDecision withoutReplaced(ModerationDecision decision) {
        decision.put("replaced", null);
        return decision;
    }

    private static List<Place> deadLettered(Broker broker) {
        List<Place> letters = new ArrayList<>();
        LatestRecords.each(
                broker,
                broker.topic(Topics.DEAD_LETTERS),
                READ_WITHIN,
                record -> DeadLetterHeaders.readFrom(record.headers())
                        .ifPresent(story -> letters.add(new Place(story.topic(), story.partition(), story.offset()))));
        return letters;
    }

    private static List<CaseRow> cases(Connection database, ProofVolume volume) throws SQLException {
        List<CaseRow> cases = new ArrayList<>();
        try (PreparedStatement query = database.prepareStatement("SELECT tenant, image_id, content_sha256, uploader_id,"
                + " decision, decided_by, by_person, upload_offset FROM bulwark.casebook")) {
            query.setFetchSize(FETCHED_ROWS);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    CaseRow read = new CaseRow(
                            row.getString("tenant"),
                            row.getString("image_id"),
                            row.getString("content_sha256"),
                            row.getString("uploader_id"),
                            row.getString("decision"),
                            row.getString("decided_by"),
                            row.getBoolean("by_person"),
                            row.getObject("upload_offset", Long.class));
                    if (volume.keeps(read.imageId())) {
                        volume.row(read);
                    } else {
                        cases.add(read);
                    }
                }
            }
        }
        return cases;
    }

    private static Place place(ConsumerRecord<?, ?> record) {
        return new Place(record.topic(), record.partition(), record.offset());
    }
}
