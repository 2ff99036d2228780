package io.bulwark.stream.review;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.SARA;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.stream.review.CasePages.CaseFilter;
import io.bulwark.stream.review.Decisions.Answer;
import io.bulwark.stream.review.ReviewQueue.Claim;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Test;

/**
 * That nothing which a reviewer waits for reads a whole table, triggers and policies included, by PostgreSQL's own
 * count of rows of sequential scans. {@code -Dbulwark.scans.cases=1000000} has as many cases.
 */
class ScansIT {

    private static final Logger LOG = Logger.getLogger(ScansIT.class);
    private static final int CASES = Integer.getInteger("bulwark.scans.cases", 100_000);
    private static final int WAITING = 200;
    private static final List<String> TABLES = List.of("queue_item", "casebook", "decision", "upload_trait");

    @Test
    void claimsDecisionsUndosAndListsReadNoWholeTable() {
        Map<String, Long> before;
        try (TestDatabase database = TestDatabase.open()) {
            fill(database);
            before = scans(database);
            work(database);
            database.close();
            await("the statistics of closed connections")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> database.asSuperuser()
                            .withHandle(admin -> admin.select("SELECT count(*) = 0 FROM pg_stat_activity"
                                            + " WHERE datname = current_database() AND usename = 'bulwark'")
                                    .mapTo(Boolean.class)
                                    .one()));
            Map<String, Long> after = scans(database);
            LOG.infof("Rows of sequential scans at %d cases, before and after: %s, %s", CASES, before, after);
            assertThat(after).isEqualTo(before);
        }
    }

    private static void work(TestDatabase database) {
        var desk = new ReviewDesk(database.database(), ReviewDesk.RULES);
        var alike = new AlikeItems(database.database());
        var pages = new CasePages(database.database());
        for (int i = 0; i < 10; i++) {
            Claim claim = desk.queue.claim(ANNA).orElseThrow();
            desk.queue.seen(ANNA, claim.itemId(), claim.leaseId());
            desk.queue.renew(ANNA, claim.itemId(), claim.leaseId());
            desk.queue.notes(ANNA, claim.itemId());
            alike.of(ANNA, claim.itemId());
            alike.near(ANNA, claim.itemId());
            Answer answer = i % 2 == 0 ? says(claim, "SAFE") : says(claim, "NSFW", "porn");
            desk.decisions.decide(ANNA, answer);
            if (i % 3 == 0) {
                UUID lease = UUID.randomUUID();
                desk.decisions.undo(ANNA, claim.itemId(), answer.decisionId(), lease);
                desk.queue.release(ANNA, claim.itemId(), lease);
            }
        }
        desk.queue.state(ANNA);
        CasePages.Page first = pages.page(SARA, CaseFilter.ALL, Optional.empty(), 100);
        pages.page(SARA, CaseFilter.ALL, Optional.of(first.next()), 100);
    }

    /** Closed items with their decisions, their cases, and some items that wait. */
    private static void fill(TestDatabase database) {
        database.asSuperuser().useHandle(admin -> {
            admin.execute("SET session_replication_role = replica"); // no strike is counted for what is made up
            admin.execute(
                    "INSERT INTO casebook (tenant, image_id, content_sha256, uploader_id, upload_topic,"
                            + " upload_partition, upload_offset, decision, labels, score, decided_by, by_person, decided_at, audited)"
                            + " SELECT 'default', 'image-' || i, repeat(md5(i::text), 2), 'uploader-' || i % 5000,"
                            + " 'images.uploaded', 0, i, (ARRAY['SAFE', 'NSFW', 'REVIEW', 'REFUSED'])[1 + i % 4], ARRAY['label'],"
                            + " (i % 1000) / 1000.0, 'worker', false, now() - make_interval(secs => i), i % 97 = 0"
                            + " FROM generate_series(1, ?) i",
                    CASES);
            admin.execute(
                    "INSERT INTO queue_item (tenant, item_id, image_id, content_sha256, uploader_id,"
                            + " machine_decision, score, origins, rank, stage) SELECT 'default', md5(i::text)::uuid, 'image-' || i,"
                            + " repeat(md5(i::text), 2), 'uploader-' || i % 5000, 'REVIEW', 0.5, '{REVIEW}',"
                            + " now() - make_interval(secs => i), CASE WHEN i <= ? THEN 'FIRST' ELSE 'CLOSED' END"
                            + " FROM generate_series(1, ?) i",
                    WAITING, CASES);
            admin.execute(
                    "INSERT INTO decision SELECT 'default', now() - make_interval(secs => i), gen_random_uuid(),"
                            + " md5(i::text)::uuid, 'image-' || i, repeat(md5(i::text), 2), 'DECIDED', 'FIRST', 'person-' || i % 1000,"
                            + " 'SAFE', '{}' FROM generate_series(?, ?) i",
                    WAITING + 1, CASES);
            admin.execute(
                    "INSERT INTO upload_trait (tenant, image_id, content_sha256, uploader_id)"
                            + " SELECT 'default', 'image-' || i, repeat(md5(i::text), 2), 'uploader-' || i % 5000"
                            + " FROM generate_series(1, ?) i",
                    CASES);
            admin.execute("ANALYZE");
        });
    }

    private static Map<String, Long> scans(TestDatabase database) {
        return database.asSuperuser().withHandle(admin -> {
            Map<String, Long> scans = new TreeMap<>();
            admin.createQuery("SELECT relname, seq_tup_read FROM pg_stat_user_tables WHERE relname ~ :tables")
                    .bind("tables", "^(" + String.join("|", TABLES) + ")(_|$)")
                    .map((row, context) -> scans.put(row.getString("relname"), row.getLong("seq_tup_read")))
                    .list();
            return scans;
        });
    }
}
