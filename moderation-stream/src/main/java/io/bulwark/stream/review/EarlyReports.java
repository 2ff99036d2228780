package io.bulwark.stream.review;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Reports of images whose decision is not there yet; the decision takes them up. Those that wait for 30 days are of images
 * that will never come, and go. Every method works in the caller's transaction. Thread-safe.
 */
final class EarlyReports {

    private static final String KEPT = "30 days";

    /** A report; the hash only where it is of one content. */
    record Report(
            String tenant, String imageId, Origin kind, String reporter, String words, Optional<String> contentSha256) {

        /** Whether it is of this content. */
        boolean isOf(ReviewCandidate image) {
            return contentSha256.map(image.contentSha256()::equals).orElse(true);
        }
    }

    /** Keeps a report until its image is decided. */
    static void keep(Handle handle, Report report) {
        handle.execute("DELETE FROM early_report WHERE at < clock_timestamp() - interval '" + KEPT + "'");
        handle.createUpdate("INSERT INTO early_report (tenant, image_id, kind, reporter, words, content_sha256)"
                        + " VALUES (:tenant, :image, :kind, :reporter, :words, :sha256) ON CONFLICT DO NOTHING")
                .bind("tenant", report.tenant())
                .bind("image", report.imageId())
                .bind("kind", report.kind().name())
                .bind("reporter", report.reporter())
                .bind("words", report.words())
                .bind("sha256", report.contentSha256().orElse(null))
                .execute();
    }

    /** Puts what waited for this image into the queue. */
    static void takeUp(Handle handle, QueueIntake queue, ReviewCandidate image) {
        taken(handle, image)
                .forEach(report -> queue.reported(handle, image, report.kind(), report.reporter(), report.words()));
    }

    /** Removes what waits for an image. */
    static void forget(Handle handle, String tenant, String imageId) {
        handle.execute("DELETE FROM early_report WHERE tenant = ? AND image_id = ?", tenant, imageId);
    }

    private static List<Report> taken(Handle handle, ReviewCandidate image) {
        return handle.createQuery("DELETE FROM early_report WHERE tenant = :tenant AND image_id = :image"
                        + " AND (content_sha256 IS NULL OR content_sha256 = :sha256)"
                        + " RETURNING kind, reporter, words, content_sha256")
                .bind("tenant", image.tenant())
                .bind("image", image.imageId())
                .bind("sha256", image.contentSha256())
                .map((row, context) -> new Report(
                        image.tenant(),
                        image.imageId(),
                        Origin.valueOf(row.getString("kind")),
                        row.getString("reporter"),
                        row.getString("words"),
                        Optional.ofNullable(row.getString("content_sha256"))))
                .list();
    }

    private EarlyReports() {}
}
