package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import jakarta.annotation.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.generic.GenericType;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.statement.Update;

/**
 * The queues of a tenant: which items go into each, who claims from it, and when an item there is late. Rules are rows;
 * the database routes each item by them ({@code V16__queues.sql}). A tenant without rules has the queue {@value #DEFAULT}
 * alone.
 *
 * <p>Thread-safe. Instances may do upkeep at once.
 */
public final class QueueRouting {

    /** The queue of what fits no rule. */
    public static final String DEFAULT = "default";

    private static final int MOST_QUEUES = 50;
    private static final int MOST_COUNTED = 1_000;
    private static final int AT_ONCE = 500;

    /** All queues of {@code :tenant} with the roles that may claim; {@value #DEFAULT} has a row here in any case. */
    private static final String QUEUES = """
            (SELECT name, roles FROM review_queue WHERE tenant = :tenant UNION ALL SELECT 'default', '{}'
            WHERE NOT EXISTS (SELECT FROM review_queue WHERE tenant = :tenant AND name = 'default')) queues""";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final GenericType<Map<String, List<String>>> ATTRIBUTES = new GenericType<>() {};

    private final Database database;
    private final Duration fresh;

    /** What waits, by tenant; counting walks all open items. */
    private final Map<String, Counted> counted = new ConcurrentHashMap<>();

    /**
     * @param fresh for how long counts of what waits are shown again
     */
    public QueueRouting(Database database, Duration fresh) {
        this.database = database;
        this.fresh = fresh;
    }

    /**
     * A queue as it stands.
     *
     * @param mine whether the person who asks may claim from it
     * @param waiting open items that are not claimed; golden copies do not count
     * @param held open items that are claimed
     * @param overdue open items past their deadline, also where another queue has them since
     * @param oldestSeconds since the oldest open item arrived; null where there is none
     * @param changedBy null where the queue has no rule
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "ReviewQueueDocument")
    public record Standing(
            String name,
            @Nested("rule_") QueueRule rule,
            boolean mine,
            long waiting,
            long held,
            long overdue,
            @Nullable Long oldestSeconds,
            @Nullable String changedBy,
            @Nullable @Schema(implementation = String.class) Instant changedAt) {}

    private record Counted(long nanos, Map<String, Count> byQueue) {}

    private record Count(String queue, long waiting, long held, long overdue, long oldestSeconds) {

        static final Count NOTHING = new Count("", 0, 0, 0, 0);
    }

    private record Ruled(
            String name,
            @Nested("rule_") QueueRule rule,
            boolean mine,
            @Nullable String changedBy,
            @Nullable Instant changedAt) {}

    /** The queues of the person's tenant in the order in which rules are tried, {@value #DEFAULT} last. */
    public List<Standing> queues(Person person) {
        Map<String, Count> counts = counts(person.tenant());
        return database.inTenant(
                person.tenant(),
                handle -> handle
                        .createQuery("""
                                SELECT name, coalesce(position, 10000) AS rule_position, coalesce(labels, '{}') AS rule_labels,
                                coalesce(reasons, '{}') AS rule_reasons, coalesce(origins, '{}') AS rule_origins,
                                coalesce(score_from, 0) AS rule_score_from, coalesce(score_to, 1) AS rule_score_to,
                                coalesce(strikes, 0) AS rule_strikes, coalesce(reports, 0) AS rule_reports,
                                roles AS rule_roles, coalesce(head_start, 0) AS rule_head_start_seconds,
                                deadline AS rule_deadline_seconds, capacity AS rule_capacity, escalates_to AS rule_escalates_to,
                                coalesce(duties, '{}') AS rule_duties, coalesce(attributes, '{}') AS rule_attributes,
                                changed_by, changed_at, roles = '{}' OR roles && CAST(:roles AS text[]) AS mine FROM
                                """ + QUEUES + """
                                 LEFT JOIN (SELECT * FROM review_queue WHERE tenant = :tenant) rule USING (name, roles)
                                ORDER BY name = 'default', rule_position, name""")
                        .bind("tenant", person.tenant())
                        .bindArray("roles", String.class, person.roles())
                        .registerColumnMapper(ATTRIBUTES, (row, column, context) -> read(row.getString(column)))
                        .map(ConstructorMapper.of(Ruled.class))
                        .list()
                        .stream()
                        .map(queue -> standing(queue, counts.getOrDefault(queue.name(), Count.NOTHING)))
                        .toList());
    }

    private static Standing standing(Ruled queue, Count count) {
        return new Standing(
                queue.name(),
                queue.rule(),
                queue.mine(),
                count.waiting(),
                count.held(),
                count.overdue(),
                count.waiting() + count.held() == 0 ? null : count.oldestSeconds(),
                queue.changedBy(),
                queue.changedAt());
    }

    private Map<String, Count> counts(String tenant) {
        Counted last = counted.get(tenant);
        if (last == null || System.nanoTime() - last.nanos() >= fresh.toNanos()) {
            Map<String, Count> byQueue =
                    database.list(
                            tenant,
                            handle -> handle
                                    .createQuery("""
                            SELECT queue, count(*) FILTER (WHERE NOT held) AS waiting, count(*) FILTER (WHERE held) AS held,
                            count(*) FILTER (WHERE due_at <= clock_timestamp()) AS overdue, greatest(0, floor(
                            extract(epoch FROM clock_timestamp() - min(arrived_at))))::bigint AS oldest_seconds
                            FROM (SELECT queue, arrived_at, due_at, coalesce(lease_until > clock_timestamp(), false) AS held
                            FROM queue_item WHERE tenant = :tenant AND stage <> 'CLOSED' AND golden_for = '') items
                            GROUP BY queue""")
                                    .bind("tenant", tenant)
                                    .map(ConstructorMapper.of(Count.class))
                                    .list()
                                    .stream()
                                    .collect(Collectors.toMap(Count::queue, Function.identity())));
            if (counted.size() >= MOST_COUNTED) {
                counted.clear(); // a visitor of all tenants may name any
            }
            last = new Counted(System.nanoTime(), byQueue);
            counted.put(tenant, last);
        }
        return last.byQueue();
    }

    /**
     * Makes a queue or changes its rule. What waits is routed by the new rules within seconds; claims hold.
     *
     * @throws io.bulwark.stream.problem.Problem.ProblemException where a value is out of its range
     */
    public void set(Person person, String name, QueueRule given) {
        Problem.BAD_PARAMETER.when(
                !name.matches("[a-z0-9][a-z0-9-]{0,39}"),
                "A queue's name has 1 to 40 of a to z, 0 to 9 and hyphens, and begins with no hyphen.");
        QueueRule rule = given.complete();
        rule.check(name);
        database.inTenant(person.tenant(), handle -> {
            nextVersion(handle, person);
            List<String> names = names(handle, person.tenant());
            Problem.BAD_PARAMETER.when(
                    !names.contains(name) && names.size() >= MOST_QUEUES,
                    "A tenant has at most " + MOST_QUEUES + " queues.");
            Problem.BAD_PARAMETER.when(
                    rule.escalatesTo() != null && !names.contains(rule.escalatesTo()),
                    "There is no queue " + rule.escalatesTo() + " to escalate to.");
            handle.createUpdate("""
                            INSERT INTO review_queue (tenant, name, position, labels, reasons, origins, score_from, score_to,
                            strikes, reports, roles, head_start, deadline, capacity, escalates_to, duties, attributes, changed_by)
                            VALUES (:tenant, :name, :position, :labels, :reasons, :origins, :scoreFrom, :scoreTo, :strikes,
                            :reports, :roles, :headStartSeconds, :deadlineSeconds, :capacity, :escalatesTo, :duties, CAST(:said AS jsonb), :by)
                            ON CONFLICT (tenant, name) DO UPDATE SET position = excluded.position, labels = excluded.labels,
                            reasons = excluded.reasons, origins = excluded.origins, score_from = excluded.score_from,
                            score_to = excluded.score_to, strikes = excluded.strikes, reports = excluded.reports,
                            roles = excluded.roles, head_start = excluded.head_start, deadline = excluded.deadline,
                            capacity = excluded.capacity, escalates_to = excluded.escalates_to, duties = excluded.duties,
                            attributes = excluded.attributes,
                            changed_by = excluded.changed_by, changed_at = clock_timestamp()""")
                    .bindMethods(rule)
                    .bind("tenant", person.tenant())
                    .bind("name", name)
                    .bind("by", person.name())
                    .bind("said", written(rule.attributes()))
                    .execute();
            return person.log(handle, "queue.changed", "queue/" + name, rule.details());
        });
    }

    /** Removes a queue; what waits there goes where the other rules say. */
    public void remove(Person person, String name) {
        database.inTenant(person.tenant(), handle -> {
            nextVersion(handle, person);
            Problem.BAD_PARAMETER.when(
                    handle.select(
                                    "SELECT EXISTS (SELECT FROM review_queue WHERE tenant = ? AND escalates_to = ?)",
                                    person.tenant(),
                                    name)
                            .mapTo(Boolean.class)
                            .one(),
                    "Another queue escalates to " + name + ".");
            int gone = handle.execute("DELETE FROM review_queue WHERE tenant = ? AND name = ?", person.tenant(), name);
            if (gone == 0) {
                throw Problem.NOT_FOUND.with("There is no rule of a queue " + name + ".");
            }
            handle.execute("""
                    UPDATE queue_item SET queue = 'default' WHERE tenant = ? AND queue = ? AND stage <> 'CLOSED'
                    AND golden_for <> ''""", person.tenant(), name);
            return person.log(handle, "queue.removed", "queue/" + name, Map.of());
        });
    }

    /**
     * Routes again what was routed by earlier rules, what is for seniors by now, and what has become late.
     *
     * @return how many items were routed
     */
    public int keepUp() {
        int all = keepUp(QueueRouting::escalating) + keepUp(QueueRouting::late);
        List<String> tenants = database.acrossTenants(handle -> handle.createQuery(
                        "SELECT tenant FROM review_routing WHERE EXISTS (SELECT FROM queue_item item"
                                + " WHERE item.tenant = review_routing.tenant AND stage <> 'CLOSED' AND golden_for = ''"
                                + " AND routed < review_routing.version) ORDER BY tenant")
                .mapTo(String.class)
                .list());
        for (String tenant : tenants) {
            all += keepUp(handle -> outdated(handle, tenant));
        }
        return all;
    }

    /** A page a transaction, so that no claim waits for long. */
    private int keepUp(ToIntFunction<Handle> page) {
        int all = 0;
        int routed;
        do {
            routed = database.acrossTenants(page::applyAsInt);
            all += routed;
        } while (routed == AT_ONCE);
        return all;
    }

    /** What the clock of a duty hands to the seniors; a claim that holds goes on. */
    private static int escalating(Handle handle) {
        return route(handle, "", """
                stage IN ('FIRST', 'SECOND') AND golden_for = '' AND (lease_until IS NULL OR lease_until <= clock_timestamp())
                AND (tenant, item_id) IN (SELECT owed.tenant, owed.item_id FROM duty_case owed
                WHERE owed.closed_at IS NULL AND owed.escalates_at <= (SELECT clock_timestamp()))""").execute();
    }

    private static int late(Handle handle) {
        return route(handle, "overdue = true,", """
                due_at <= (SELECT clock_timestamp()) AND NOT overdue AND stage <> 'CLOSED' AND golden_for = '' ORDER BY due_at""").execute();
    }

    private static int outdated(Handle handle, String tenant) {
        return route(handle, "", """
                tenant = :tenant AND stage <> 'CLOSED' AND golden_for = ''
                AND routed < (SELECT version FROM review_routing WHERE tenant = :tenant) ORDER BY routed""").bind("tenant", tenant).execute();
    }

    /** Writes the rank without the head start, upon which the database routes. Items that are locked come later. */
    private static Update route(Handle handle, String change, String which) {
        return handle.createUpdate("WITH page AS (SELECT tenant, item_id FROM queue_item WHERE " + which
                        + " LIMIT :most FOR UPDATE SKIP LOCKED) UPDATE queue_item item SET " + change
                        + " rank = item.rank + make_interval(secs => item.head_start) FROM page"
                        + " WHERE item.tenant = page.tenant AND item.item_id = page.item_id")
                .bind("most", AT_ONCE);
    }

    /**
     * From which queues a person may claim, in the order of the first items that seem free there; an empty queue is left
     * out. An item that is free by these conditions may still not be theirs, which the claim itself finds.
     *
     * @param wanted names of queues; empty for all that they may
     */
    static List<String> inOrder(Handle handle, Person person, List<String> wanted) {
        List<String> all = claimable(handle, person, wanted);
        if (all.size() < 2) {
            return all;
        }
        return handle.createQuery("SELECT name FROM unnest(:queues) AS name CROSS JOIN LATERAL"
                        + " (SELECT rank, item_id FROM queue_item WHERE tenant = :tenant AND queue = name"
                        + " AND stage <> 'CLOSED' AND (stage <> 'SENIOR' OR :senior)"
                        + " AND (lease_until IS NULL OR lease_until <= clock_timestamp())"
                        + " AND golden_for IN ('', :reviewer) AND first_reviewer IS DISTINCT FROM :reviewer"
                        + " ORDER BY rank, item_id LIMIT 1) AS first ORDER BY rank, item_id")
                .bindArray("queues", String.class, all)
                .bind("tenant", person.tenant())
                .bind("reviewer", person.name())
                .bind("senior", person.isSenior())
                .mapTo(String.class)
                .list();
    }

    /**
     * From which queues a person may claim.
     *
     * @param wanted names of queues; empty for all that they may
     * @throws io.bulwark.stream.problem.Problem.ProblemException where they may not claim from one that is wanted
     */
    static List<String> claimable(Handle handle, Person person, List<String> wanted) {
        List<String> all = handle.createQuery("SELECT name FROM " + QUEUES
                        + " WHERE (roles = '{}' OR roles && CAST(:roles AS text[])) AND (:all OR name = ANY (:wanted))"
                        + " ORDER BY name")
                .bind("tenant", person.tenant())
                .bindArray("roles", String.class, person.roles())
                .bind("all", wanted.isEmpty())
                .bindArray("wanted", String.class, wanted)
                .mapTo(String.class)
                .list();
        Problem.BAD_PARAMETER.when(
                !wanted.isEmpty() && !all.containsAll(wanted),
                "There is no such queue, or your roles may not claim from it: "
                        + wanted.stream().filter(name -> !all.contains(name)).collect(Collectors.joining(", ")) + ".");
        return all;
    }

    private static List<String> names(Handle handle, String tenant) {
        return handle.createQuery("SELECT name FROM " + QUEUES)
                .bind("tenant", tenant)
                .mapTo(String.class)
                .list();
    }

    /** Its row is locked, so that changes of a tenant's rules come one after another. */
    private static void nextVersion(Handle handle, Person person) {
        handle.execute("""
                INSERT INTO review_routing (tenant, version) VALUES (?, 1)
                ON CONFLICT (tenant) DO UPDATE SET version = review_routing.version + 1""", person.tenant());
    }

    private static Map<String, List<String>> read(String attributes) {
        try {
            return JSON.readValue(attributes, new TypeReference<>() {});
        } catch (JsonProcessingException foreign) {
            throw new IllegalStateException("The attributes of a rule cannot be read", foreign);
        }
    }

    private static String written(Map<String, List<String>> attributes) {
        try {
            return JSON.writeValueAsString(attributes);
        } catch (JsonProcessingException defect) {
            throw new IllegalStateException(defect);
        }
    }
}
