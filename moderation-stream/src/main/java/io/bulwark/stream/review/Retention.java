package io.bulwark.stream.review;

import io.bulwark.stream.ReviewConfig;
import io.bulwark.stream.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Deletes people's work whose time is over. What waits for people stays, and so does what is on legal hold. An item's
 * copy for golden reviews keeps the item. Decisions stay at least as long as their item: what holds follows from them.
 *
 * <p>Each item is a transaction, so nothing waits for a sweep. Thread-safe; instances may sweep at once.
 */
public final class Retention {

    private static final Logger LOG = Logger.getLogger(Retention.class);
    private static final int AT_ONCE = 2_000;
    private static final UUID FIRST = new UUID(0, 0);

    /** A page of all items with what of each is due, so that no statement walks the whole table. */
    private static final String ITEMS = """
            WITH item AS (SELECT tenant, item_id, image_id, uploader_id, content_sha256,
            closed_at, stage = 'CLOSED' AS closed FROM queue_item WHERE (tenant, item_id) > (:tenant, :item)
            ORDER BY tenant, item_id LIMIT :most)
            SELECT tenant, item_id, image_id, uploader_id,
            closed AND EXISTS (SELECT FROM note WHERE note.tenant = item.tenant AND note.item_id = item.item_id
            AND note.at < :notes) AS note,
            closed AND EXISTS (SELECT FROM report WHERE report.tenant = item.tenant
            AND report.item_id = item.item_id AND report.at < :reports) AS report,
            closed AND closed_at < :items AND NOT EXISTS (SELECT FROM golden_item golden
            WHERE golden.tenant = item.tenant AND golden.image_id = item.image_id
            AND golden.content_sha256 = item.content_sha256) AS queue_item
            FROM item ORDER BY tenant, item_id""";

    /** Items that are gone and whose last decision is due. */
    private static final String DECISIONS = """
            SELECT made.tenant, made.item_id, min(made.image_id) AS image_id,
            coalesce(min(entry.uploader_id), '') AS uploader_id FROM decision made LEFT JOIN casebook entry
            ON entry.tenant = made.tenant AND entry.image_id = made.image_id
            WHERE made.decided_at < :decisions AND (made.tenant, made.item_id) > (:tenant, :item)
            AND NOT EXISTS (SELECT FROM queue_item item WHERE item.tenant = made.tenant
            AND item.item_id = made.item_id)
            AND NOT EXISTS (SELECT FROM decision later WHERE later.tenant = made.tenant
            AND later.item_id = made.item_id AND later.decided_at >= :decisions)
            GROUP BY made.tenant, made.item_id ORDER BY made.tenant, made.item_id LIMIT :most""";

    private final Database database;
    private final Ages ages;
    private final HoldCheck holds;
    private final Clock clock;

    /**
     * @param clock what this machine takes for the time; of it and the database's clock the earlier one counts, so that
     *     one wrong clock deletes nothing early
     */
    public Retention(Database database, Ages ages, HoldCheck holds, Clock clock) {
        this.database = database;
        this.ages = ages;
        this.holds = holds;
        this.clock = clock;
    }

    /** Says what must not be deleted. */
    @FunctionalInterface
    public interface HoldCheck {

        /** Whether image or uploader is on legal hold, or that is not known now; an empty id is none. */
        boolean isHeld(String tenant, String imageId, String uploaderId);
    }

    /** How long rows are kept: closed items since they were closed, the others since they were written. */
    public record Ages(Duration items, Duration decisions, Duration reports, Duration notes, Duration marks) {

        public static Ages of(ReviewConfig.Retention config) {
            return new Ages(config.items(), config.decisions(), config.reports(), config.notes(), config.marks());
        }
    }

    /** An item and the tables in which something of it is due. */
    private record Due(String tenant, UUID itemId, String imageId, String uploaderId, List<String> tables) {

        static final Due BEFORE_ALL = new Due("", FIRST, "", "", List.of());
    }

    public void sweepAndLog() {
        Map<String, Long> gone = sweep();
        if (gone.values().stream().anyMatch(rows -> rows > 0)) {
            LOG.infof("Rows of people's work were past their retention, by table: %s", gone);
        }
    }

    /** Deletes all that has had its time. Returns how many rows went, by table. */
    public Map<String, Long> sweep() {
        Map<String, Long> gone = new LinkedHashMap<>();
        for (String table : List.of("note", "report", "queue_item", "decision")) {
            gone.put(table, 0L);
        }
        sweep(this::items, gone);
        sweep(this::decisions, gone);
        gone.put("statement", sweepImages("statement", "decided_at", "true"));
        gone.put(
                "removed_copy",
                sweepImages(
                        "removed_copy",
                        "at",
                        "NOT EXISTS (SELECT FROM casebook entry WHERE entry.tenant = removed_copy.tenant"
                                + " AND entry.image_id = removed_copy.image_id)"));
        gone.put("audit_mark", database.acrossTenants(this::sweepMarks));
        gone.put("upload_trait", database.acrossTenants(this::sweepTraits));
        gone.put("wellness_exposure", database.acrossTenants(Retention::sweepExposures));
        return gone;
    }

    private void sweep(BiFunction<Handle, Due, List<Due>> pages, Map<String, Long> gone) {
        Due last = Due.BEFORE_ALL;
        while (true) {
            Due after = last;
            List<Due> page = database.acrossTenants(handle -> pages.apply(handle, after));
            for (Due one : page) {
                if (!one.tables().isEmpty() && !holds.isHeld(one.tenant(), one.imageId(), one.uploaderId())) {
                    for (String table : one.tables()) {
                        long rows = database.inTenant(one.tenant(), handle -> expire(handle, table, one));
                        gone.merge(table, rows, Long::sum);
                    }
                }
                last = one;
            }
            if (page.size() < AT_ONCE) {
                return;
            }
        }
    }

    private List<Due> items(Handle handle, Due after) {
        return handle.createQuery(ITEMS)
                .bind("tenant", after.tenant())
                .bind("item", after.itemId())
                .bind("notes", older(handle, ages.notes()))
                .bind("reports", older(handle, ages.reports()))
                .bind("items", older(handle, ages.items()))
                .bind("most", AT_ONCE)
                .map((row, context) -> {
                    List<String> tables = new ArrayList<>();
                    for (String table : List.of("note", "report", "queue_item")) {
                        if (row.getBoolean(table)) {
                            tables.add(table);
                        }
                    }
                    return due(row, tables);
                })
                .list();
    }

    private List<Due> decisions(Handle handle, Due after) {
        return handle.createQuery(DECISIONS)
                .bind("tenant", after.tenant())
                .bind("item", after.itemId())
                .bind("decisions", older(handle, ages.decisions()))
                .bind("most", AT_ONCE)
                .map((row, context) -> due(row, List.of("decision")))
                .list();
    }

    private static Due due(ResultSet row, List<String> tables) throws SQLException {
        return new Due(
                row.getString("tenant"),
                row.getObject("item_id", UUID.class),
                row.getString("image_id"),
                row.getString("uploader_id"),
                tables);
    }

    private Duration age(String table) {
        return switch (table) {
            case "note" -> ages.notes();
            case "report" -> ages.reports();
            case "queue_item" -> ages.items();
            default -> ages.decisions();
        };
    }

    private long expire(Handle handle, String table, Due one) {
        return handle.select("SELECT expire(?, ?, ?, ?)", table, one.tenant(), one.itemId(), older(handle, age(table)))
                .mapTo(Long.class)
                .one();
    }

    private long sweepMarks(Handle handle) {
        return handle.execute("DELETE FROM audit_mark WHERE at < ?", older(handle, ages.marks()));
    }

    /** Those of what waits stay. */
    private long sweepTraits(Handle handle) {
        return handle.execute("""
                DELETE FROM upload_trait trait WHERE at < ? AND NOT EXISTS (SELECT FROM queue_item item
                WHERE item.tenant = trait.tenant AND item.image_id = trait.image_id
                AND item.content_sha256 = trait.content_sha256 AND item.stage <> 'CLOSED')""", older(handle, ages.marks()));
    }

    /** What is kept of an image as long as people's decisions, and the condition that it also has to meet. */
    private long sweepImages(String table, String time, String condition) {
        long gone = 0;
        Due last = Due.BEFORE_ALL;
        while (true) {
            Due after = last;
            List<Due> page =
                    database.acrossTenants(handle -> handle.createQuery("SELECT DISTINCT ON (tenant, image_id) "
                                    + table + ".tenant, image_id, coalesce((SELECT uploader_id FROM casebook entry"
                                    + " WHERE entry.tenant = " + table + ".tenant AND entry.image_id = " + table
                                    + ".image_id), '') AS uploader_id, CAST(:none AS uuid) AS item_id FROM " + table
                                    + " WHERE " + time + " < :older AND (tenant, image_id) > (:tenant, :image) AND "
                                    + condition + " ORDER BY tenant, image_id LIMIT :most")
                            .bind("none", FIRST)
                            .bind("older", older(handle, ages.decisions()))
                            .bind("tenant", after.tenant())
                            .bind("image", after.imageId())
                            .bind("most", AT_ONCE)
                            .map((row, context) -> due(row, List.of()))
                            .list());
            for (Due one : page) {
                if (!holds.isHeld(one.tenant(), one.imageId(), one.uploaderId())) {
                    gone += database.inTenant(
                            one.tenant(),
                            handle -> handle.execute(
                                    "DELETE FROM " + table + " WHERE tenant = ? AND image_id = ? AND " + time + " < ?",
                                    one.tenant(),
                                    one.imageId(),
                                    older(handle, ages.decisions())));
                }
                last = one;
            }
            if (page.size() < AT_ONCE) {
                return gone;
            }
        }
    }

    /** What people were given is theirs, and no hold is about it. */
    private static long sweepExposures(Handle handle) {
        return handle.execute(
                "DELETE FROM wellness_exposure WHERE at < clock_timestamp() - make_interval(days => ?)",
                Wellness.KEPT_DAYS);
    }

    private Instant older(Handle handle, Duration age) {
        Instant theirs = handle.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one();
        Instant ours = clock.instant();
        return (ours.isBefore(theirs) ? ours : theirs).minus(age);
    }
}
