package io.bulwark.stream.review.intake;

import io.bulwark.events.Duty;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ReportKind;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.review.Casebook;
import io.bulwark.stream.review.Duties;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.PersonalRows;
import io.bulwark.stream.review.QueueIntake;
import io.bulwark.stream.review.ReviewCandidate;
import io.bulwark.stream.review.Storable;
import io.bulwark.stream.review.intake.ReportIntake.EarlyReports.Report;
import io.bulwark.stream.state.Restriction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * {@code moderation.reports}: what people report and uploaders object to. Only intake reads the topic, so what cannot
 * be used goes to the dead letters from here. A report of another content than the image's present one is of no use any
 * more and is left out.
 */
public final class ReportIntake extends IntakeTopic<ImageReport> {

    /** The reason of a dead letter whose key is not the image's id. */
    static final String BAD_KEY = "BAD_KEY";

    /** The reason of a dead letter that could be read but does not say enough to act on, or too much. */
    static final String INCOMPLETE = "INCOMPLETE";

    private static final int MOST_LETTERS = 200;
    private static final int MOST_WORDS = 4000;

    private final QueueIntake queue;
    private final Restriction restriction;

    /** @param restriction of which contents nothing is listed */
    public ReportIntake(EventDecoder<ImageReport> decoder, QueueIntake queue, Restriction restriction) {
        super(Topics.REPORTS, decoder);
        this.queue = queue;
        this.restriction = restriction;
    }

    @Override
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record) {
        DecodedEvent<ImageReport> decoded = decode(record);
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
        if (restriction.covers(event.getTenant(), event.getContentSha256())) {
            return;
        }
        if (PersonalRows.ErasedRows.covers(handle, event.getTenant(), event.getImageId(), written)
                || PersonalRows.ErasedRows.coversUploader(handle, event.getTenant(), event.getReporter(), written)) {
            return;
        }
        Optional<Duties.Notice> notice = Duties.Notice.of(event.getDuty(), event.getAt());
        var report = new Report(
                event.getTenant(),
                event.getImageId(),
                notice.map(Duties.Notice::origin)
                        .orElse(event.getKind() == ReportKind.APPEAL ? Origin.APPEAL : Origin.REPORT),
                event.getReporter(),
                event.getWords(),
                Optional.ofNullable(event.getContentSha256()),
                notice.map(its -> its.duty().name()).orElse(""),
                notice.map(Duties.Notice::receivedAt));
        Optional<ReviewCandidate> image = Casebook.find(handle, report.tenant(), report.imageId())
                .map(Casebook.Case::image)
                .filter(found -> !found.contentSha256().isEmpty());
        if (image.filter(report::isOf).isPresent()) {
            report.put(handle, queue, image.get());
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
        if (sha256 != null && !ReviewCandidate.SHA256.matcher(sha256).matches()) {
            return Optional.of("The contentSha256 is not 64 hexadecimal digits in lower case.");
        }
        if (report.getKind() == ReportKind.UNKNOWN && (report.getDuty() == null || report.getDuty() == Duty.UNKNOWN)) {
            return Optional.of("Its kind is neither REPORT nor APPEAL.");
        }
        if (report.getReporter().isBlank() || report.getReporter().length() > MOST_LETTERS) {
            return Optional.of("The reporter has 1 to " + MOST_LETTERS + " characters.");
        }
        return report.getWords().length() > MOST_WORDS
                ? Optional.of("The words are more than " + MOST_WORDS + " characters.")
                : Optional.empty();
    }

    /**
     * Reports of images whose decision is not there yet; the decision takes them up. Reports that wait for 30 days are
     * of images that will never come, and go. Every method works in the caller's transaction. Thread-safe.
     */
    static final class EarlyReports {

        private static final String KEPT = "30 days";

        /**
         * A report.
         *
         * @param contentSha256 only where it is of one content
         * @param duty empty for none
         * @param receivedAt since when its clock runs
         */
        record Report(
                String tenant,
                String imageId,
                Origin kind,
                String reporter,
                String words,
                Optional<String> contentSha256,
                String duty,
                Optional<Instant> receivedAt) {

            /** Puts it into the queue. */
            void put(Handle handle, QueueIntake queue, ReviewCandidate image) {
                queue.reported(
                        handle,
                        image,
                        kind,
                        reporter,
                        words,
                        receivedAt.map(received -> new Duties.Notice(Duties.named(duty), received)));
            }

            /** Whether it is of this content. */
            boolean isOf(ReviewCandidate image) {
                return contentSha256.map(image.contentSha256()::equals).orElse(true);
            }
        }

        /** Keeps a report until its image is decided. */
        static void keep(Handle handle, Report report) {
            handle.execute("DELETE FROM early_report WHERE at < clock_timestamp() - interval '" + KEPT + "'");
            handle.execute(
                    """
                    INSERT INTO early_report (tenant, image_id, kind, reporter, words, content_sha256, duty, received_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS timestamptz)) ON CONFLICT DO NOTHING""",
                    report.tenant(),
                    report.imageId(),
                    report.kind().name(),
                    report.reporter(),
                    report.words(),
                    report.contentSha256().orElse(null),
                    report.duty(),
                    report.receivedAt().orElse(null));
        }

        /** Puts what waited for this image into the queue. */
        static void takeUp(Handle handle, QueueIntake queue, ReviewCandidate image) {
            taken(handle, image).forEach(report -> report.put(handle, queue, image));
        }

        /** Removes what waits for an image. */
        static void forget(Handle handle, String tenant, String imageId) {
            handle.execute("DELETE FROM early_report WHERE tenant = ? AND image_id = ?", tenant, imageId);
        }

        private static List<Report> taken(Handle handle, ReviewCandidate image) {
            return handle.select("""
                    DELETE FROM early_report WHERE tenant = ? AND image_id = ?
                    AND (content_sha256 IS NULL OR content_sha256 = ?)
                    RETURNING tenant, image_id, kind, reporter, words, content_sha256, duty, received_at""", image.tenant(), image.imageId(), image.contentSha256())
                    .map(ConstructorMapper.of(Report.class))
                    .list();
        }

        private EarlyReports() {}
    }
}
