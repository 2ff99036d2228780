package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.BEN;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Duty;
import io.bulwark.events.Subject;
import io.bulwark.schemas.auditlog.AuditVerifier;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.promise.DriftSamples;
import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.ReviewDeskTestCase;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

/** What people's work keeps of an image, on a real PostgreSQL. */
class PersonalRowsIT extends ReviewDeskTestCase {

    private static final List<String> OF_AN_IMAGE = List.of(
            "outbox",
            "bank_proposal",
            "skip",
            "note",
            "report",
            "early_report",
            "evidence",
            "duty_case",
            "removed_copy",
            "statement",
            "decision",
            "golden_item",
            "queue_item",
            "casebook",
            "upload_trait",
            "drift_picture",
            "audit_mark",
            "account_strike",
            "account_ground");

    @Test
    void everyTableThatNamesAnImageOrUploaderIsInTheList() {
        assertThat(named("image_id"))
                .contains("restricted_case")
                .filteredOn(table -> !table.equals("restricted_case")) // kept by law, and destroyed by its own end
                .isNotEmpty()
                .isSubsetOf(listed("of_image"));
        assertThat(named("uploader_id"))
                .filteredOn(table -> !table.equals("restricted_case"))
                .isNotEmpty()
                .isSubsetOf(listed("of_uploader"));
        assertThat(referring("queue_item")).isNotEmpty().isSubsetOf(listed("of_image"));
    }

    @Test
    void anErasedImageHasNoRowInAnyTableAndTheOthersKeepTheirs() {
        worksOn("image");
        worksOn("other");
        assertThat(count(Subject.IMAGE, "image")).containsOnlyKeys(OF_AN_IMAGE);
        assertThat(count(Subject.IMAGE, "image").values()).allMatch(rows -> rows > 0);
        Map<String, Long> others = count(Subject.IMAGE, "other");

        Map<String, Long> found = count(Subject.IMAGE, "image");
        Map<String, Long> erased = erase(Subject.IMAGE, "image");

        assertThat(erased).isEqualTo(found);
        assertThat(count(Subject.IMAGE, "image").values()).containsOnly(0L);
        assertThat(count(Subject.IMAGE, "other")).isEqualTo(others);
    }

    @Test
    void theAuditLogKeepsItsRowsAndNamesNothingThatIsErased() {
        worksOn("image");
        List<String> details = audited();
        erase(Subject.IMAGE, "image");

        assertThat(audited()).isEqualTo(details).isNotEmpty();
        assertThat(details)
                .noneMatch(text -> text.contains("\"image\"")
                        || text.contains(ReviewDesk.sha256("image"))
                        || text.contains("words")
                        || text.contains("reporter"));
        var verifier = new AuditVerifier(List.of());
        database.database().inTenant("default", handle -> {
            AuditLog.after(handle, "default", 0, 1000).forEach(verifier::take);
            return null;
        });
        assertThat(verifier.faults()).isEmpty();
    }

    @Test
    void ofAnUploaderTheImagesAreFoundAndWhatNamesThemAlone() {
        worksOn("image");
        worksOn("other");
        String uploader = "uploader-of-image";
        database.database().inTenant("default", handle -> {
            desk.intake.reported(handle, candidate("other"), Origin.REPORT, uploader, "words");
            return handle.execute("INSERT INTO uploader_strikes VALUES ('default', ?, 3)", uploader);
        });

        assertThat(database.database()
                        .<java.util.Set<String>, RuntimeException>inTenant(
                                "default", handle -> PersonalRows.imagesOf(handle, "default", uploader)))
                .containsExactly("image");
        assertThat(erase(Subject.UPLOADER, uploader))
                .containsEntry("uploader_strikes", 1L)
                .containsEntry("report", 1L);
        assertThat(count(Subject.UPLOADER, uploader).values()).containsOnly(0L);
    }

    @Test
    void theRowsOfAnotherTenantCannotBeErased() {
        worksOn("image");
        assertThatThrownBy(() -> database.database()
                        .inTenant("another", handle -> PersonalRows.erase(handle, "default", Subject.IMAGE, "image")))
                .isInstanceOf(JdbiException.class)
                .hasMessageContaining("does not see tenant");
    }

    @Test
    void decisionsGoByAnErasureAlone() {
        worksOn("image");
        assertThatThrownBy(() -> database.asApplication().useHandle(handle -> {
                    handle.execute("SELECT set_config('bulwark.tenant', '*', false)");
                    handle.execute("SELECT set_config('bulwark.erasing', 'yes', false)");
                    handle.execute("DELETE FROM decision");
                }))
                .hasMessageContaining("permission denied");
        assertThatThrownBy(() -> database.asOwner().useHandle(handle -> handle.execute("DELETE FROM decision")))
                .hasMessageContaining("append-only");
        erase(Subject.IMAGE, "image");
        worksOn("next");
        assertThatThrownBy(() -> database.asOwner().useHandle(handle -> handle.execute("DELETE FROM decision")))
                .hasMessageContaining("append-only");
    }

    /** Leaves a row in every table. */
    private void worksOn(String imageId) {
        UUID item = desk.arrives(imageId, 0.5);
        ReviewQueue.Claim skipped = desk.queue.claim(BEN).orElseThrow();
        desk.queue.skip(BEN, item, skipped.leaseId(), "words");
        ReviewQueue.Claim claim = desk.queue.claim(ANNA).orElseThrow();
        desk.queue.seen(ANNA, item, claim.leaseId());
        desk.queue.note(ANNA, item, "words");
        desk.decisions.decide(
                ANNA,
                new Decisions.Answer(
                        item,
                        claim.leaseId(),
                        UUID.randomUUID(),
                        claim.contentSha256(),
                        "NSFW",
                        List.of("porn"),
                        Optional.of("words"),
                        Optional.of("porn")));
        desk.golden.add(SARA, item, "NSFW");
        database.database().inTenant("default", handle -> {
            desk.intake.reported(handle, candidate(imageId), Origin.REPORT, "reporter", "words");
            handle.execute(
                    "INSERT INTO early_report VALUES ('default', ?, 'APPEAL', 'reporter', 'words', NULL)", imageId);
            handle.execute(
                    "INSERT INTO evidence VALUES ('default', ?, false, ?, ?, 1, 'key', 'sealed')",
                    item,
                    imageId,
                    ReviewDesk.sha256(imageId));
            Duties.open(handle, "default", item, new Duties.Notice(Duty.NOTICE, Instant.now()));
            handle.execute(
                    "INSERT INTO removed_copy VALUES ('default', ?, ?, ?, gen_random_uuid())",
                    imageId,
                    ReviewDesk.sha256(imageId),
                    item);
            handle.execute(
                    "INSERT INTO statement VALUES ('default', ?, ?, now(), true, 'ORDER', 'LAW', '{}', 0)",
                    imageId,
                    ReviewDesk.sha256(imageId));
            UUID action = UUID.randomUUID();
            handle.execute(
                    "INSERT INTO account_strike VALUES ('default', ?, ?, ?, '{porn}', 'anna', true, now())",
                    "uploader-of-" + imageId,
                    imageId,
                    ReviewDesk.sha256(imageId));
            handle.execute(
                    "INSERT INTO account_action (tenant, action_id, uploader_id, action, score, taken_at)"
                            + " VALUES ('default', ?, ?, 'BAN', 1, now())",
                    action,
                    "uploader-of-" + imageId);
            handle.execute(
                    "INSERT INTO account_ground VALUES ('default', ?, ?, ?, ?, '{porn}', 'anna', now(), 1)",
                    action,
                    "uploader-of-" + imageId,
                    imageId,
                    ReviewDesk.sha256(imageId));
            handle.execute(
                    "INSERT INTO upload_trait VALUES ('default', ?, ?, ?, '{\"surface\": \"ads\"}')",
                    imageId,
                    ReviewDesk.sha256(imageId),
                    "uploader-of-" + imageId);
            handle.execute("INSERT INTO audit_mark VALUES ('default', ?, '{TWIN_DISAGREEMENT}')", imageId);
            new DriftSamples(100)
                    .take(
                            handle,
                            new DriftSamples.Seen(
                                    "default",
                                    imageId,
                                    "uploader-of-" + imageId,
                                    ReviewDesk.sha256(imageId),
                                    "model",
                                    Instant.EPOCH),
                            new float[] {1});
            return handle.execute(
                    "INSERT INTO casebook VALUES ('default', ?, NULL, ?, NULL, NULL, NULL, 'NSFW', NULL, '{}', 1, 'anna',"
                            + " true, ?)",
                    imageId,
                    "uploader-of-" + imageId,
                    Instant.now().atOffset(java.time.ZoneOffset.UTC));
        });
    }

    private static ReviewCandidate candidate(String imageId) {
        return ReviewDesk.doubtful("default", imageId, 0.5);
    }

    private Map<String, Long> count(Subject subject, String id) {
        return database.database().inTenant("default", handle -> PersonalRows.count(handle, "default", subject, id));
    }

    private Map<String, Long> erase(Subject subject, String id) {
        return database.database().inTenant("default", handle -> PersonalRows.erase(handle, "default", subject, id));
    }

    private List<String> audited() {
        return database.database()
                .inTenant(
                        "default",
                        handle -> handle.createQuery("SELECT action || ' ' || subject || ' ' || details FROM audit_log"
                                        + " ORDER BY position")
                                .mapTo(String.class)
                                .list());
    }

    private List<String> listed(String condition) {
        return database.asOwner()
                .withHandle(handle -> handle.createQuery(
                                "SELECT table_name FROM personal_tables() WHERE " + condition + " IS NOT NULL")
                        .mapTo(String.class)
                        .list());
    }

    private List<String> named(String column) {
        return database.asOwner()
                .withHandle(handle -> handle.createQuery(
                                "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
                                        + " WHERE c.relnamespace = 'bulwark'::regnamespace AND a.attname = :column"
                                        + " AND c.relkind IN ('r', 'p') AND NOT c.relispartition")
                        .bind("column", column)
                        .mapTo(String.class)
                        .list());
    }

    private List<String> referring(String table) {
        return database.asOwner()
                .withHandle(handle -> handle.createQuery(
                                "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
                                        + " AND confrelid = to_regclass(:table)")
                        .bind("table", table)
                        .mapTo(String.class)
                        .list());
    }
}
