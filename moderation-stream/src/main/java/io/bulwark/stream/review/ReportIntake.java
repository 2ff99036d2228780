package io.bulwark.stream.review;

import io.bulwark.events.ImageReport;
import io.bulwark.events.ReportKind;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.review.EarlyReports.Report;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/**
 * {@code moderation.reports}: what people report and uploaders object to. Nobody else reads the topic, so what cannot be
 * used goes to the dead letters from here. A report of another content than the image's present one is of no use any more
 * and is left out.
 */
final class ReportIntake implements IntakeTopic {

    /** The reason of a dead letter whose key is not the image's id. */
    static final String BAD_KEY = "BAD_KEY";

    /** The reason of a dead letter that could be read but does not say enough to act on, or too much. */
    static final String INCOMPLETE = "INCOMPLETE";

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int MOST_LETTERS = 200;
    private static final int MOST_WORDS = 4000;

    private final IntakeDecoder<ImageReport> decoder;
    private final Casebook casebook;
    private final QueueIntake queue;

    ReportIntake(EventDecoder<ImageReport> decoder, Casebook casebook, QueueIntake queue) {
        this.decoder = new IntakeDecoder<>(decoder);
        this.casebook = casebook;
        this.queue = queue;
    }

    @Override
    public Topics topic() {
        return Topics.REPORTS;
    }

    @Override
    public Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return Storable.key(record);
    }

    @Override
    public void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
        decoder.prepare(records);
    }

    @Override
    public void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        DecodedEvent<ImageReport> decoded = decoder.decode(record);
        if (decoded instanceof DecodedEvent.Undecodable<ImageReport> undecodable) {
            throw new UnusableException(
                    DeadLetterHeaders.of(record, undecodable.reason().name(), undecodable.detail())
                            .withSchemaFingerprint(undecodable.schemaFingerprint()));
        }
        ImageReport report = ((DecodedEvent.Event<ImageReport>) decoded).value();
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        Optional<String> fault = fault(report);
        if (!key.equals(report.getImageId())) {
            throw new UnusableException(
                    DeadLetterHeaders.of(record, BAD_KEY, "The key is not the id that the value carries."));
        }
        if (fault.isPresent()) {
            throw new UnusableException(DeadLetterHeaders.of(record, INCOMPLETE, fault.get()));
        }
        take(handle, report, Instant.ofEpochMilli(record.timestamp()));
    }

    private void take(Handle handle, ImageReport event, Instant written) {
        if (ErasedRows.covers(handle, event.getTenant(), event.getImageId(), written)
                || ErasedRows.coversUploader(handle, event.getTenant(), event.getReporter(), written)) {
            return;
        }
        var report = new Report(
                event.getTenant(),
                event.getImageId(),
                event.getKind() == ReportKind.APPEAL ? Origin.APPEAL : Origin.REPORT,
                event.getReporter(),
                event.getWords(),
                Optional.ofNullable(event.getContentSha256()));
        Optional<ReviewCandidate> image = casebook.find(handle, report.tenant(), report.imageId())
                .map(Casebook.Case::image)
                .filter(found -> !found.contentSha256().isEmpty());
        if (image.filter(report::isOf).isPresent()) {
            queue.reported(handle, image.get(), report.kind(), report.reporter(), report.words());
        } else {
            // Of an image or of a content that is not decided yet.
            EarlyReports.keep(handle, report);
        }
    }

    private static Optional<String> fault(ImageReport report) {
        Optional<String> unstorable = Storable.first(
                Storable.fault(report.getTenant(), report.getImageId(), report.getReporter()),
                Storable.faultOfWords(report.getWords()));
        if (unstorable.isPresent()) {
            return unstorable;
        }
        String sha256 = report.getContentSha256();
        if (sha256 != null && !SHA256.matcher(sha256).matches()) {
            return Optional.of("The contentSha256 is not 64 hexadecimal digits in lower case.");
        }
        if (report.getKind() == ReportKind.UNKNOWN) {
            return Optional.of("Its kind is neither REPORT nor APPEAL.");
        }
        if (report.getReporter().isBlank() || report.getReporter().length() > MOST_LETTERS) {
            return Optional.of("The reporter has 1 to " + MOST_LETTERS + " characters.");
        }
        return report.getWords().length() > MOST_WORDS
                ? Optional.of("The words are more than " + MOST_WORDS + " characters.")
                : Optional.empty();
    }

    @Override
    public void close() {
        decoder.close();
    }
}
