package io.bulwark.service.loop;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.events.Neighbour;
import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.pipeline.Outcome;
import io.bulwark.service.pipeline.Outcome.AnswerSerializers;
import io.bulwark.service.pipeline.UploadInFlight;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Outcomes to records, none of which is larger than its topic takes. Used by one thread at a time, that of the commit.
 */
final class AnswerRecords {

    /** What a record's frame, key and the story's headers may take beside the value. */
    static final int OVERHEAD_BYTES = 64 * 1024;

    private static final int SMALLEST_LIMIT = 2 * OVERHEAD_BYTES;

    private final AnswerSerializers serializers;
    private int deadLetterBytes;
    private int answerBytes;
    private int deferredBytes;

    /**
     * Makes the writer.
     *
     * @param maxRecordBytes {@code bulwark.kafka.max-record-bytes}
     */
    AnswerRecords(AnswerSerializers serializers, int maxRecordBytes) {
        this.serializers = serializers;
        TopicNames topics = serializers.topics();
        this.deadLetterBytes = Math.min(maxRecordBytes, topics.maxRecordBytes(Topics.DEAD_LETTERS));
        this.deferredBytes = Math.min(maxRecordBytes, topics.maxRecordBytes(Topics.IMAGES_DEFERRED));
        // Verdicts and audits alike: their topics take as much.
        this.answerBytes = Math.min(
                maxRecordBytes, Math.min(Topics.VERDICTS.maxRecordBytes(), Topics.ATTACK_AUDIT.maxRecordBytes()));
    }

    /** The broker found a record too large, so its topics take less than the catalogue says: halves the limits. */
    void shrink() {
        deadLetterBytes = Math.max(SMALLEST_LIMIT, deadLetterBytes / 2);
        answerBytes = Math.max(SMALLEST_LIMIT, answerBytes / 2);
        deferredBytes = Math.max(SMALLEST_LIMIT, deferredBytes / 2);
    }

    /**
     * The records that tell of an outcome: a verdict and what detectors found with it, a dead letter, or the upload
     * itself for those who answer it at leisure.
     *
     * @throws IllegalArgumentException for {@code TryLater}, which is no answer
     */
    List<ProducerRecord<byte[], byte[]>> of(UploadInFlight upload) {
        Outcome outcome = upload.outcome().orElseThrow();
        if (outcome instanceof Outcome.Answered answered) {
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            records.add(verdict(answered.verdict()));
            answered.audits().forEach(audit -> records.add(audit(audit)));
            answered.embedding().flatMap(this::embedding).ifPresent(records::add);
            records.forEach(record -> upload.span().writeTo(record.headers()));
            return records;
        }
        if (outcome instanceof Outcome.DeadLettered dead) {
            return List.of(deadLetter(upload, dead.story()));
        }
        if (outcome instanceof Outcome.Deferred) {
            return List.of(deferred(upload));
        }
        throw new IllegalArgumentException("An upload that is read again later has no record: " + outcome);
    }

    private ProducerRecord<byte[], byte[]> verdict(Verdict verdict) {
        return fitting(
                Topics.VERDICTS,
                verdict.getImageId(),
                mostNeighbours(verdict),
                (headers, most) -> serializers
                        .verdicts()
                        .serialize(serializers.topics().of(Topics.VERDICTS), headers, withNeighbours(verdict, most)));
    }

    private ProducerRecord<byte[], byte[]> audit(AttackAudit audit) {
        return fitting(
                Topics.ATTACK_AUDIT,
                audit.getImageId(),
                Math.max(
                        audit.getRobustNeighbours().size(),
                        audit.getCleanNeighbours().size()),
                (headers, most) -> serializers
                        .audits()
                        .serialize(serializers.topics().of(Topics.ATTACK_AUDIT), headers, withNeighbours(audit, most)));
    }

    /** Empty where it is larger than its topic takes: the verdict does not wait for it. */
    private Optional<ProducerRecord<byte[], byte[]>> embedding(ImageEmbedding embedding) {
        Topics topic = Topics.EMBEDDINGS;
        Headers headers = new RecordHeaders();
        byte[] value = serializers.embeddings().serialize(serializers.topics().of(topic), headers, embedding);
        return value.length + OVERHEAD_BYTES > answerBytes
                ? Optional.empty()
                : Optional.of(record(topic, embedding.getImageId(), value, headers));
    }

    /**
     * A record with as much evidence as its topic takes.
     *
     * @param neighbours in the longest list of them
     * @param value with no list longer than the given number; adds its headers to the given ones
     */
    private ProducerRecord<byte[], byte[]> fitting(
            Topics topic, String imageId, int neighbours, BiFunction<Headers, Integer, byte[]> value) {
        Headers headers = new RecordHeaders();
        byte[] bytes = value.apply(headers, neighbours);
        for (int most = neighbours / 2; bytes.length + OVERHEAD_BYTES > answerBytes && most > 0; most /= 2) {
            bytes = value.apply(headers, most);
        }
        return record(topic, imageId, bytes, headers);
    }

    private ProducerRecord<byte[], byte[]> record(Topics topic, String imageId, byte[] value, Headers headers) {
        return new ProducerRecord<>(
                serializers.topics().of(topic), null, imageId.getBytes(StandardCharsets.UTF_8), value, headers);
    }

    private static int mostNeighbours(Verdict verdict) {
        return verdict.getViews().stream()
                .mapToInt(view -> view.getNeighbours().size())
                .max()
                .orElse(0);
    }

    /** The nearest neighbours alone: they decided most. */
    private static Verdict withNeighbours(Verdict verdict, int most) {
        if (mostNeighbours(verdict) <= most) {
            return verdict;
        }
        List<ViewEvidence> views = verdict.getViews().stream()
                .map(view -> ViewEvidence.newBuilder(view)
                        .setNeighbours(nearest(view.getNeighbours(), most))
                        .build())
                .toList();
        return Verdict.newBuilder(verdict).setViews(views).build();
    }

    private static AttackAudit withNeighbours(AttackAudit audit, int most) {
        return AttackAudit.newBuilder(audit)
                .setRobustNeighbours(nearest(audit.getRobustNeighbours(), most))
                .setCleanNeighbours(nearest(audit.getCleanNeighbours(), most))
                .build();
    }

    private static List<Neighbour> nearest(List<Neighbour> neighbours, int most) {
        return neighbours.stream().limit(most).toList();
    }

    /** The upload as it was read, with its origin. Where its topic does not take it, it becomes a dead letter. */
    private ProducerRecord<byte[], byte[]> deferred(UploadInFlight upload) {
        int bytes = upload.recordBytes();
        if (bytes + OVERHEAD_BYTES > deferredBytes) {
            DeadLetterHeaders story = DeadLetterHeaders.of(
                    upload.record(),
                    "TOO_LARGE_TO_DEFER",
                    "The upload was to be deferred, as one whose location was not fetched promptly"
                            + " (bulwark.fetch.prompt), and the event has " + bytes
                            + " bytes, too many for " + serializers.topics().of(Topics.IMAGES_DEFERRED));
            upload.cannotBeDeferred(story);
            return deadLetter(upload, story);
        }
        RecordHeaders headers = new RecordHeaders();
        upload.record().headers().forEach(headers::add);
        upload.origin().addTo(headers);
        upload.span().writeTo(headers);
        return new ProducerRecord<>(
                serializers.topics().of(Topics.IMAGES_DEFERRED),
                null,
                upload.record().key(),
                upload.record().value(),
                headers);
    }

    private ProducerRecord<byte[], byte[]> deadLetter(UploadInFlight upload, DeadLetterHeaders story) {
        String topic = serializers.topics().of(Topics.DEAD_LETTERS);
        int bytes = upload.recordBytes();
        RecordHeaders headers = new RecordHeaders();
        if (bytes + OVERHEAD_BYTES > deadLetterBytes) {
            withoutContent(story, bytes).addTo(headers);
            upload.span().writeTo(headers);
            return new ProducerRecord<byte[], byte[]>(topic, null, (byte[]) null, null, headers);
        }
        upload.record().headers().forEach(headers::add);
        story.addTo(headers);
        upload.span().writeTo(headers);
        return new ProducerRecord<>(
                topic, null, upload.record().key(), upload.record().value(), headers);
    }

    /** The original stays where it was read for as long as its topic keeps it; the story says where. */
    private DeadLetterHeaders withoutContent(DeadLetterHeaders story, int bytes) {
        return new DeadLetterHeaders(
                story.reason(),
                story.detail() + " (Its " + bytes + " bytes are left out: a dead letter may have " + deadLetterBytes
                        + ", see bulwark.kafka.max-record-bytes.)",
                story.exceptionClass(),
                story.topic(),
                story.partition(),
                story.offset(),
                story.timestamp(),
                story.schemaFingerprint());
    }
}
