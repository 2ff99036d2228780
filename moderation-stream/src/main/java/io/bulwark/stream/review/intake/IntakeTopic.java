package io.bulwark.stream.review.intake;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.UploaderAction;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.DecodedEvent.Reason;
import io.bulwark.schemas.serde.DecodedEvent.Undecodable;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.flagged.EntryMerger.HalfRow;
import io.bulwark.stream.promise.DriftSamples;
import io.bulwark.stream.promise.DriftSamples.Seen;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.PersonalRows;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.ReviewCandidate;
import io.bulwark.stream.review.Storable;
import io.bulwark.stream.state.Restriction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.jdbi.v3.core.Handle;

/**
 * What is done with the records of one topic, in the transaction that also holds how far was read.
 *
 * @param <T> the record
 */
public abstract class IntakeTopic<T extends SpecificRecord> implements AutoCloseable {

    /** How hashes of contents are written. */
    private final Topics topic;

    private final IntakeDecoder<T> decoder;

    /** @param decoder closed with this */
    IntakeTopic(Topics topic, EventDecoder<T> decoder) {
        this.topic = topic;
        this.decoder = new IntakeDecoder<>(decoder);
    }

    public Topics topic() {
        return topic;
    }

    /** How far back it is read where it was never read before; empty: from its beginning. */
    Optional<Duration> before() {
        return Optional.empty();
    }

    /** Under which partition the database keeps how far one was read; loops that read the same topic apart differ. */
    TopicPartition offsets(TopicPartition partition) {
        return partition;
    }

    /** The most records that share a transaction. */
    int together() {
        return 500;
    }

    /**
     * The image whose rows the record is about; its lock is held before any record of the transaction is taken. Empty
     * where the record is about none, or its key cannot be one of an image.
     */
    Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return Storable.key(record);
    }

    /** Whether there may be anything to take; needs no query. Else the record is left out without a savepoint. */
    boolean wants(ConsumerRecord<byte[], byte[]> record) {
        return true;
    }

    /**
     * Decodes what is taken next, before the transaction begins: in it nothing waits for a schema.
     *
     * @throws org.apache.kafka.common.errors.SerializationException where a record cannot be read yet
     */
    void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
        decoder.prepare(records);
    }

    /** Asks what the records of a transaction depend on, before anything is locked for them. */
    void begin(Handle handle, List<ConsumerRecord<byte[], byte[]>> records) {}

    final DecodedEvent<T> decode(ConsumerRecord<byte[], byte[]> record) {
        return decoder.decode(record);
    }

    /** The event of a record; empty where it can never be read. */
    final Optional<T> read(ConsumerRecord<byte[], byte[]> record) {
        return decoder.read(record);
    }

    /**
     * Takes a record. One that cannot be read and that the topology reads as well is left out, for that sets it aside.
     *
     * @throws UnusableException where it says what no database can hold, or intake alone reads the topic and cannot use
     *     it
     * @throws org.apache.kafka.common.errors.SerializationException where it cannot be read yet
     */
    abstract void take(Handle handle, ConsumerRecord<byte[], byte[]> record);

    /** Writes what the records of a transaction come to, after the last of them was taken. */
    void end(Handle handle) {}

    /**
     * Takes a record that was taken before, when the lists are rebuilt: nothing goes into the queue. A topic that makes
     * no list takes nothing.
     */
    void takeAgain(Handle handle, ConsumerRecord<byte[], byte[]> record) {}

    @Override
    public void close() {
        decoder.close();
    }

    /** @throws UnusableException where there is a fault */
    static void requireStorable(ConsumerRecord<byte[], byte[]> record, Optional<String> fault) {
        fault.ifPresent(said -> {
            throw new UnusableException(DeadLetterHeaders.of(record, DeadLetters.UNSTORABLE, said));
        });
    }

    /** A record cannot be used: it becomes a dead letter, and the partition goes on. */
    static final class UnusableException extends RuntimeException {
        private final transient DeadLetterHeaders story;

        UnusableException(DeadLetterHeaders story) {
            super(story.detail());
            this.story = story;
        }

        DeadLetterHeaders story() {
            return story;
        }
    }

    /**
     * Decodes a batch before its transaction begins, because the transaction holds locks of images and must not wait
     * for a schema or a registry. It waits for a schema as long as schemas are awaited, and for each answer of a
     * registry for five seconds.
     *
     * <p>One thread prepares batches and takes them.
     *
     * @param <T> the record
     */
    static final class IntakeDecoder<T extends SpecificRecord> implements AutoCloseable {

        private static final long REGISTRY_NANOS = TimeUnit.SECONDS.toNanos(5);
        private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

        private final EventDecoder<T> decoder;
        private Map<ConsumerRecord<byte[], byte[]>, DecodedEvent<T>> prepared = Map.of();

        /** @param decoder closed with this */
        IntakeDecoder(EventDecoder<T> decoder) {
            this.decoder = decoder;
        }

        /**
         * Decodes the next batch and forgets the one before. Tombstones are left out.
         *
         * @throws SerializationException where a record cannot be read yet: left out, it would be lost
         */
        void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
            Map<ConsumerRecord<byte[], byte[]>, DecodedEvent<T>> decoded = new IdentityHashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.value() != null) {
                    decoded.put(record, await(record));
                }
            }
            prepared = decoded;
        }

        /**
         * What a record is; waits only where it is of no prepared batch.
         *
         * @throws SerializationException where it cannot be read yet
         */
        DecodedEvent<T> decode(ConsumerRecord<byte[], byte[]> record) {
            DecodedEvent<T> known = prepared.get(record);
            return known == null ? await(record) : known;
        }

        /** The event of a record as {@link #decode} has it; empty where it can never be read. */
        Optional<T> read(ConsumerRecord<byte[], byte[]> record) {
            return decode(record) instanceof DecodedEvent.Event<T> event
                    ? Optional.of(event.value())
                    : Optional.empty();
        }

        private DecodedEvent<T> await(ConsumerRecord<byte[], byte[]> record) {
            long begun = System.nanoTime();
            DecodedEvent<T> decoded = decoder.decodeAtOnce(record.topic(), record.value());
            while (isFor(Reason.REGISTRY_UNAVAILABLE, decoded) && System.nanoTime() - begun < REGISTRY_NANOS) {
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
                decoded = decoder.decodeAtOnce(record.topic(), record.value());
            }
            if (isFor(Reason.SCHEMA_AWAITED, decoded)) { // of the framing that asks no registry
                decoded = decoder.decodeWaiting(record.topic(), record.value());
            }
            if (decoded instanceof Undecodable<T> undecodable
                    && undecodable.reason().retriable()) {
                throw new SerializationException(
                        "A record of " + record.topic() + " cannot be read yet: " + undecodable.detail());
            }
            return decoded;
        }

        private static boolean isFor(Reason reason, DecodedEvent<?> decoded) {
            return decoded instanceof Undecodable<?> undecodable && undecodable.reason() == reason;
        }

        @Override
        public void close() {
            decoder.close();
        }
    }

    /** {@code moderation.attack-audit}: people look at every image that an attack is suspected of. */
    public static final class AuditIntake extends IntakeTopic<AttackAudit> {

        private final QueueIntake queue;
        private final Restriction restriction;

        /** @param restriction of which contents nothing is listed */
        public AuditIntake(EventDecoder<AttackAudit> decoder, QueueIntake queue, Restriction restriction) {
            super(Topics.ATTACK_AUDIT, decoder);
            this.queue = queue;
            this.restriction = restriction;
        }

        /** The decision may not be there yet; then it finds the mark. */
        @Override
        void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
            Optional<AttackAudit> read = read(record);
            if (read.isPresent()) {
                AttackAudit audit = read.get();
                if (!SampledAudits.isSuspicion(audit)) {
                    return; // the red team's, or drawn at random: no attack
                }
                if (restriction.covers(audit.getTenant(), audit.getContentSha256())) {
                    return;
                }
                requireStorable(record, Storable.fault(audit.getTenant(), audit.getImageId()));
                if (!image(record).equals(Optional.of(audit.getImageId()))
                        || PersonalRows.ErasedRows.covers(
                                handle, audit.getTenant(), audit.getImageId(), audit.getDetectedAt())) {
                    return;
                }
                Optional<ReviewCandidate> listed = Casebook.find(handle, audit.getTenant(), audit.getImageId())
                        .map(Casebook.Case::image);
                if (listed.isEmpty()
                        && PersonalRows.ErasedRows.isKnown(handle, audit.getTenant(), audit.getImageId())) {
                    return; // of an upload from before the erasure, noticed after it
                }
                Optional<String> content = Optional.ofNullable(audit.getContentSha256())
                        .filter(hash -> ReviewCandidate.SHA256.matcher(hash).matches());
                Casebook.markAudited(
                        handle,
                        audit.getTenant(),
                        audit.getImageId(),
                        content,
                        audit.getKind().name());
                UploadTraits.of(audit)
                        .filter(traits -> !traits.isErased(handle, audit.getDetectedAt()))
                        .ifPresent(traits -> UploadTraits.note(handle, List.of(traits)));
                // Of an earlier content nothing is shown any more, and a later one is not the one that was audited.
                listed.filter(image -> !image.contentSha256().isEmpty())
                        .filter(image -> content.isEmpty() || content.get().equals(image.contentSha256()))
                        .ifPresent(image -> queue.offer(handle, image, Origin.AUDIT));
            }
        }
    }

    /** {@code moderation.uploader-actions}: how many strikes an uploader has, for what arrives from now on. */
    static final class StrikeIntake extends IntakeTopic<UploaderAction> {

        StrikeIntake(EventDecoder<UploaderAction> decoder) {
            super(Topics.UPLOADER_ACTIONS, decoder);
        }

        @Override
        Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
            return Optional.empty(); // its key is of an uploader
        }

        @Override
        void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
            // An action on the account is ours, and its score another one.
            Optional<UploaderAction> read = read(record).filter(action -> action.getEnforcement() == null);
            if (read.isPresent()) {
                UploaderAction action = read.get();
                requireStorable(record, Storable.fault(action.getTenant(), action.getUploaderId()));
                if (PersonalRows.ErasedRows.coversUploader(
                        handle, action.getTenant(), action.getUploaderId(), action.getAt())) {
                    return;
                }
                int strikes = (int) Math.min(1_000_000, Math.round(action.getStrikes()));
                if (strikes <= 0) {
                    // Also the last word about an uploader whose images were erased.
                    handle.execute(
                            "DELETE FROM uploader_strikes WHERE tenant = ? AND uploader_id = ?",
                            action.getTenant(),
                            action.getUploaderId());
                    return;
                }
                handle.execute("""
                        INSERT INTO uploader_strikes (tenant, uploader_id, strikes, at)
                        VALUES (?, ?, ?, ?) ON CONFLICT (tenant, uploader_id)
                        DO UPDATE SET strikes = excluded.strikes, at = excluded.at""", action.getTenant(), action.getUploaderId(), strikes, action.getAt());
            }
        }
    }

    /**
     * {@code moderation.embeddings}: a sample of what workers call SAFE, for {@link io.bulwark.stream.promise.Drift}.
     * Most records are left out without a query and without the lock of their image. A tombstone takes the picture: an
     * erasure may be read before an embedding that was late, and the tombstone comes after both.
     */
    static final class EmbeddingIntake extends IntakeTopic<ImageEmbedding> {

        /** As far back as the topology reads them. */
        private static final Duration BEFORE = Duration.ofHours(1);

        private final DriftSamples samples;

        EmbeddingIntake(EventDecoder<ImageEmbedding> decoder, DriftSamples samples) {
            super(Topics.EMBEDDINGS, decoder);
            this.samples = samples;
        }

        @Override
        Optional<Duration> before() {
            return Optional.of(BEFORE);
        }

        @Override
        Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
            return wants(record) ? super.image(record) : Optional.empty();
        }

        @Override
        boolean wants(ConsumerRecord<byte[], byte[]> record) {
            return record.value() == null || wanted(record).isPresent();
        }

        private Optional<ImageEmbedding> wanted(ConsumerRecord<byte[], byte[]> record) {
            return record.value() == null
                    ? Optional.empty()
                    : read(record)
                            .filter(embedding -> embedding.getDecision() == Decision.SAFE)
                            .filter(embedding -> !embedding.getViews().isEmpty())
                            .filter(embedding -> embedding.getContentSha256() != null
                                    && ReviewCandidate.SHA256
                                            .matcher(embedding.getContentSha256())
                                            .matches())
                            .filter(embedding -> samples.mayTake(seen(record, embedding)));
        }

        private static Seen seen(ConsumerRecord<byte[], byte[]> record, ImageEmbedding embedding) {
            return new Seen(
                    embedding.getTenant(),
                    embedding.getImageId(),
                    embedding.getUploaderId(),
                    embedding.getContentSha256(),
                    embedding.getModelFingerprint(),
                    Instant.ofEpochMilli(record.timestamp()));
        }

        @Override
        void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
            if (record.value() == null) {
                super.image(record).ifPresent(imageId -> DriftSamples.forget(handle, imageId));
            }
            wanted(record).ifPresent(embedding -> {
                Seen seen = seen(record, embedding);
                requireStorable(record, Storable.fault(seen.tenant(), seen.imageId(), seen.uploaderId()));
                ByteBuffer row = embedding.getViews().get(0).getEmbedding().duplicate();
                byte[] half = new byte[row.remaining()];
                row.get(half);
                if (!PersonalRows.ErasedRows.covers(handle, seen.tenant(), seen.imageId(), embedding.getDecidedAt())
                        && !PersonalRows.ErasedRows.coversUploader(
                                handle, seen.tenant(), seen.uploaderId(), embedding.getDecidedAt())) {
                    HalfRow.decode(half).ifPresent(features -> samples.take(handle, seen, features));
                }
            });
        }
    }
}
