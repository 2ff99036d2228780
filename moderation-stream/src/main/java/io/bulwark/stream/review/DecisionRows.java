package io.bulwark.stream.review;

import io.bulwark.stream.review.ItemRow.Stage;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** The rows of people's decisions about one item. */
final class DecisionRows {

    /** For how long an id belongs to one item; a client that repeats a request does so within minutes. */
    private static final int ID_DAYS = 30;

    private DecisionRows() {}

    /** What a row is. */
    enum Kind {
        DECIDED,
        PROPOSED,
        UNDONE,
        GOLDEN
    }

    /**
     * A row.
     *
     * @param stage whom the item waited for when it was made
     * @param replaces the row that was the item's latest before; of an undo the one that is undone
     */
    record Row(
            UUID id,
            Kind kind,
            Stage stage,
            String reviewer,
            String decision,
            List<String> labels,
            Optional<UUID> replaces,
            Instant at) {}

    /** All rows about an item, oldest first. */
    static List<Row> of(Handle handle, ItemRow item) {
        return handle.select(
                        "SELECT *, decision_id AS id, decided_at AS at FROM decision"
                                + " WHERE tenant = ? AND item_id = ? ORDER BY decided_at",
                        item.candidate().tenant(),
                        item.itemId())
                .map(ConstructorMapper.of(Row.class))
                .list();
    }

    /**
     * When a further row is made: after all that are there, also where the database's clock was set back meanwhile. A
     * millisecond apart, for that is how exactly it is published.
     *
     * @param now by the database's clock
     */
    static Instant next(List<Row> rows, Instant now) {
        return rows.stream()
                .map(row -> row.at().plusMillis(1))
                .max(Comparator.naturalOrder())
                .filter(next -> next.isAfter(now))
                .orElse(now);
    }

    /** The person's decision that holds after these rows; empty where none does. */
    static Optional<Row> inForce(List<Row> rows) {
        Map<UUID, Row> holding = new LinkedHashMap<>();
        Row last = null;
        for (Row row : rows) {
            if (row.kind() == Kind.DECIDED) {
                holding.put(row.id(), row);
            } else if (row.kind() == Kind.UNDONE) {
                row.replaces().ifPresent(holding::remove);
            }
        }
        for (Row row : holding.values()) {
            last = row;
        }
        return Optional.ofNullable(last);
    }

    /** The decision or proposal that is the item's latest. */
    static Optional<Row> latest(List<Row> rows, ItemRow item) {
        return rows.stream()
                .filter(row -> Optional.of(row.id()).equals(item.decisionId()))
                .findFirst();
    }

    /**
     * Whom a decision on the item is for: what seniors decided is for seniors, and a proposal from Coop is not the
     * first of two, because it is not known whose it is here.
     */
    static Stage stage(List<Row> rows, ItemRow item) {
        return switch (item.stage()) {
            case FIRST, SENIOR -> item.stage();
            case SECOND ->
                latest(rows, item)
                                .filter(row -> Person.isInCoop(row.reviewer()))
                                .isPresent()
                        ? Stage.FIRST
                        : Stage.SECOND;
            case CLOSED ->
                inForce(rows).filter(row -> row.stage() == Stage.SENIOR).isPresent() ? Stage.SENIOR : Stage.FIRST;
        };
    }

    /** Whether one person alone does not decide after these rows: two agreed, or a proposal waits. */
    static boolean needTwo(List<Row> rows) {
        return inForce(rows).filter(row -> row.stage() == Stage.SECOND).isPresent()
                || !standing(rows).isEmpty();
    }

    /** The proposals that are not decided on after these rows. */
    static List<Row> standing(List<Row> rows) {
        Map<UUID, Row> proposed = new LinkedHashMap<>();
        Map<UUID, List<Row>> settled = new LinkedHashMap<>();
        for (Row row : rows) {
            switch (row.kind()) {
                case PROPOSED -> proposed.put(row.id(), row);
                case DECIDED -> {
                    settled.put(row.id(), List.copyOf(proposed.values()));
                    proposed.clear();
                }
                case UNDONE ->
                    row.replaces().ifPresent(undone -> {
                        proposed.remove(undone);
                        settled.getOrDefault(undone, List.of()).forEach(again -> proposed.put(again.id(), again));
                    });
                case GOLDEN -> {}
            }
        }
        return List.copyOf(proposed.values());
    }

    /** What people proposed or decided in these rows, without what they took back themselves. */
    static List<Row> parts(List<Row> rows) {
        return rows.stream()
                .filter(row -> row.kind() == Kind.PROPOSED || row.kind() == Kind.DECIDED)
                .filter(row -> rows.stream()
                        .noneMatch(undo -> undo.kind() == Kind.UNDONE
                                && undo.replaces().equals(Optional.of(row.id()))
                                && undo.reviewer().equals(row.reviewer())))
                .toList();
    }

    /**
     * Takes an id for a decision on an item, until the transaction ends: of two that take it at once one waits.
     *
     * @return whether no other item of the tenant has a decision of that id from the last {@value #ID_DAYS} days; a
     *     bound, because partitions of days, where those are left, have no index of ids and would all be read
     */
    static boolean takeId(Handle handle, ItemRow item, UUID decisionId) {
        String tenant = item.candidate().tenant();
        handle.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "decision " + decisionId + " of " + tenant);
        return handle.select(
                        """
                SELECT NOT EXISTS (SELECT FROM decision WHERE tenant = ?
                AND decision_id = ? AND item_id <> ? AND decided_at >= ?)""",
                        tenant,
                        decisionId,
                        item.itemId(),
                        OffsetDateTime.now(ZoneOffset.UTC).minusDays(ID_DAYS))
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Adds a row.
     *
     * @param wordsVersion of the labels that held; null of an undo
     * @return the version of the policy that was in force; empty of an undo, and where workers decide by their settings
     */
    static Optional<String> add(
            Handle handle,
            ItemRow item,
            Row row,
            Optional<String> reason,
            Long tookMillis,
            Boolean asKnown,
            Long wordsVersion) {
        return handle.createQuery("""
                INSERT INTO decision (tenant, decided_at, decision_id, item_id, image_id, content_sha256,
                kind, stage, reviewer, decision, labels, reason, replaces, took_ms, as_known, words_version, policy_version)
                VALUES (:tenant, :at, :id, :item, :image, :sha256, :kind, :stage, :reviewer, :decision,
                :labels, :reason, CAST(:replaces AS uuid), :took, :asKnown, :words,
                CASE WHEN CAST(:words AS bigint) IS NOT NULL THEN policy_in_force(:tenant) END) RETURNING policy_version""")
                .bind("tenant", item.candidate().tenant())
                .bind("at", row.at())
                .bind("id", row.id())
                .bind("item", item.itemId())
                .bind("image", item.candidate().imageId())
                .bind("sha256", item.candidate().contentSha256())
                .bind("kind", row.kind().name())
                .bind("stage", row.stage().name())
                .bind("reviewer", row.reviewer())
                .bind("decision", row.decision())
                .bindArray("labels", String.class, row.labels())
                .bind("reason", reason.orElse(null))
                .bind("replaces", row.replaces().orElse(null))
                .bind("took", tookMillis)
                .bind("asKnown", asKnown)
                .bind("words", wordsVersion)
                .mapTo(String.class)
                .findOne();
    }
}
