package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.stream.database.Database;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** How reviewers agree with one another, and how long they take. Thread-safe. */
@Singleton
public final class Agreement {

    private static final String SQL = """
            WITH own AS (SELECT * FROM decision WHERE tenant = :tenant
            AND decided_at >= :from AND decided_at < :until AND kind IN ('DECIDED', 'PROPOSED')),
            pairs AS (SELECT first.reviewer AS one, second.reviewer AS other, first.decision = second.decision AS same
            FROM own second JOIN decision first ON first.tenant = second.tenant AND first.item_id = second.item_id
            AND first.decision_id = second.replaces AND first.reviewer <> second.reviewer),
            compared AS (SELECT reviewer, count(*) AS compared, count(*) FILTER (WHERE same) AS agreed
            FROM (SELECT one AS reviewer, same FROM pairs UNION ALL SELECT other, same FROM pairs) each_way
            GROUP BY reviewer),
            overturned AS (SELECT undone.reviewer, count(*) AS overturned FROM decision undo JOIN own undone
            ON undo.tenant = undone.tenant AND undo.item_id = undone.item_id AND undo.kind = 'UNDONE'
            AND undo.replaces = undone.decision_id AND undo.reviewer <> undone.reviewer GROUP BY undone.reviewer)
            SELECT own.reviewer, count(*) AS decisions, coalesce(max(compared), 0) AS compared,
            coalesce(max(agreed), 0) AS agreed, coalesce(max(overturned), 0) AS overturned,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY took_ms) AS median_millis,
            percentile_cont(0.95) WITHIN GROUP (ORDER BY took_ms) AS p95_millis,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM decided_at - arrived_at))
            FILTER (WHERE decided_at >= arrived_at) AS median_wait_seconds
            FROM own LEFT JOIN compared USING (reviewer) LEFT JOIN overturned USING (reviewer)
            LEFT JOIN queue_item item ON item.tenant = own.tenant AND item.item_id = own.item_id
            GROUP BY own.reviewer ORDER BY own.reviewer""";

    private final Database database;

    public Agreement(Database database) {
        this.database = database;
    }

    /**
     * One reviewer.
     *
     * @param decisions that they made, undone ones too
     * @param compared decisions of theirs that followed on another person's about the same item, or were followed by
     *     one
     * @param agreed those of them in which both decided the same
     * @param overturned decisions that another person undid
     * @param medianMillis from claim to decision; null where it is not known
     * @param p95Millis so that 95 % were no longer
     * @param medianWaitSeconds from the item's arrival to the decision; null where it is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ReviewerDocument")
    public record Reviewer(
            String reviewer,
            long decisions,
            long compared,
            long agreed,
            long overturned,
            Double medianMillis,
            Double p95Millis,
            Double medianWaitSeconds) {}

    /** Everybody who decided in a time, golden items aside. */
    public List<Reviewer> between(Person person, Instant from, Instant until) {
        return database.list(
                person.tenant(),
                handle -> handle.createQuery(SQL)
                        .bind("tenant", person.tenant())
                        .bind("from", from)
                        .bind("until", until)
                        .map(ConstructorMapper.of(Reviewer.class))
                        .list());
    }
}
