package io.bulwark.service.loop;

import io.bulwark.events.Verdict;
import io.bulwark.events.ViewEvidence;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.outcome.Outcome;
import io.bulwark.service.outcome.UploadInFlight;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Outcomes to records, none of which is larger than its topic takes. Used by the loop's thread. */
final class AnswerRecords {

    /** What a record's frame, key and the story's headers may take beside the value. */
    static final int OVERHEAD_BYTES = 64 * 1024;

    private static final int SMALLEST_LIMIT = 2 * OVERHEAD_BYTES;

    private final EventSerializer<Verdict> serializer;
    private int deadLetterBytes;
    private int verdictBytes;

    /**
     * Makes the writer.
     *
     * @param maxRecordBytes {@code bulwark.kafka.max-record-bytes}
     */
    AnswerRecords(EventSerializer<Verdict> serializer, int maxRecordBytes) {
        this.serializer = serializer;
        this.deadLetterBytes = Math.min(maxRecordBytes, Topics.DEAD_LETTERS.maxRecordBytes());
        this.verdictBytes = Math.min(maxRecordBytes, Topics.VERDICTS.maxRecordBytes());
    }

    /** The broker found a record too large, so its topics take less than the catalogue says: halves the limits. */
    void shrink() {
        deadLetterBytes = Math.max(SMALLEST_LIMIT, deadLetterBytes / 2);
        verdictBytes = Math.max(SMALLEST_LIMIT, verdictBytes / 2);
    }

    /**
     * The record that tells of an outcome.
     *
     * @throws IllegalArgumentException for {@code TryLater}, which is no answer
     */
    ProducerRecord<byte[], byte[]> of(UploadInFlight upload) {
        Outcome outcome = upload.outcome().orElseThrow();
        if (outcome instanceof Outcome.Answered answered) {
            return verdict(answered.verdict());
        }
        if (outcome instanceof Outcome.DeadLettered dead) {
            return deadLetter(upload, dead.story());
        }
        throw new IllegalArgumentException("An upload that is read again later has no record: " + outcome);
    }

    private ProducerRecord<byte[], byte[]> verdict(Verdict verdict) {
        String topic = Topics.VERDICTS.topicName();
        byte[] value = serializer.serialize(topic, verdict);
        Verdict shorter = verdict;
        for (int most = mostNeighbours(verdict) / 2;
                value.length + OVERHEAD_BYTES > verdictBytes && most > 0;
                most /= 2) {
            shorter = withNeighbours(shorter, most);
            value = serializer.serialize(topic, shorter);
        }
        return new ProducerRecord<>(topic, verdict.getImageId().getBytes(StandardCharsets.UTF_8), value);
    }

    private static int mostNeighbours(Verdict verdict) {
        return verdict.getViews().stream()
                .mapToInt(view -> view.getNeighbours().size())
                .max()
                .orElse(0);
    }

    /** The nearest neighbours alone: they decided most. */
    private static Verdict withNeighbours(Verdict verdict, int most) {
        List<ViewEvidence> views = verdict.getViews().stream()
                .map(view -> ViewEvidence.newBuilder(view)
                        .setNeighbours(view.getNeighbours().stream().limit(most).toList())
                        .build())
                .toList();
        return Verdict.newBuilder(verdict).setViews(views).build();
    }

    private ProducerRecord<byte[], byte[]> deadLetter(UploadInFlight upload, DeadLetterHeaders story) {
        String topic = Topics.DEAD_LETTERS.topicName();
        int bytes = upload.valueBytes()
                + Math.max(0, upload.record().serializedKeySize())
                + bytes(upload.record().headers());
        RecordHeaders headers = new RecordHeaders();
        if (bytes + OVERHEAD_BYTES > deadLetterBytes) {
            withoutContent(story, bytes).addTo(headers);
            return new ProducerRecord<byte[], byte[]>(topic, null, (byte[]) null, null, headers);
        }
        upload.record().headers().forEach(headers::add);
        story.addTo(headers);
        return new ProducerRecord<>(
                topic, null, upload.record().key(), upload.record().value(), headers);
    }

    private static int bytes(Headers headers) {
        int bytes = 0;
        for (Header header : headers) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
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
