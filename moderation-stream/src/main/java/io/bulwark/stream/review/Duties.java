package io.bulwark.stream.review;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.Duty;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.review.ItemRow.Origin;
import jakarta.annotation.Nullable;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.Nested;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * The clocks that law or an authority sets on items. A duty is opened by a report or an appeal that names it; the
 * database gives its item the deadline and the head start, hands it to the seniors in time, and ends the clock when the
 * item is closed ({@code V19__duties.sql}). Thread-safe.
 */
public final class Duties {

    private static final int YEAR_SECONDS = 366 * 24 * 3600;
    private static final int WEEK_SECONDS = 7 * 24 * 3600;

    /** For how long what was kept and missed is counted. */
    private static final int COUNTED_DAYS = 30;

    /** Whether a clock ended with what held, although no person looked again. */
    public static final String UNSEEN = "closed_at IS NOT NULL AND coalesce(unseen = decision_id, false)";

    private final Database database;

    public Duties(Database database) {
        this.database = database;
    }

    /**
     * A duty that a report or an appeal names.
     *
     * @param receivedAt when the platform received it; one in the future counts as now
     */
    public record Notice(Duty duty, Instant receivedAt) {

        /** Empty where the duty is none that is known here: the report counts without it. */
        public static Optional<Notice> of(@Nullable Duty duty, Instant receivedAt) {
            return Optional.ofNullable(duty)
                    .filter(known -> known != Duty.UNKNOWN)
                    .map(known -> new Notice(known, receivedAt));
        }

        /** Why its item is in the queue. */
        public Origin origin() {
            return Duties.origin(duty);
        }
    }

    /**
     * What a duty asks for. It holds for clocks that begin later.
     *
     * @param deadlineSeconds from the receipt to the decision
     * @param headStartSeconds how much earlier than it arrived its item counts as arrived
     * @param escalatesAfterSeconds from the receipt until only seniors decide; 0 for at once, null for never
     * @param ground of a restriction that it leads to: LAW, or TERMS of the platform
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "DutyRule")
    public record Rule(
            @Nullable Integer deadlineSeconds,
            @Nullable Integer headStartSeconds,
            @Nullable Integer escalatesAfterSeconds,
            @Nullable String ground) {

        private void check() {
            Problem.BAD_PARAMETER.when(
                    deadlineSeconds == null || deadlineSeconds < 1 || deadlineSeconds > YEAR_SECONDS,
                    "deadlineSeconds is 1 to " + YEAR_SECONDS + ".");
            Problem.BAD_PARAMETER.when(
                    headStartSeconds == null || headStartSeconds < 0 || headStartSeconds > WEEK_SECONDS,
                    "headStartSeconds is 0 to " + WEEK_SECONDS + ".");
            Problem.BAD_PARAMETER.when(
                    escalatesAfterSeconds != null
                            && (escalatesAfterSeconds < 0 || escalatesAfterSeconds > deadlineSeconds),
                    "escalatesAfterSeconds is 0 to deadlineSeconds.");
            Problem.BAD_PARAMETER.when(
                    ground == null || !List.of("LAW", "TERMS").contains(ground), "ground is LAW or TERMS.");
        }
    }

    /**
     * A duty as it stands.
     *
     * @param open clocks that run
     * @param late those of them past their deadline
     * @param nextDue the next deadline; null where no clock runs
     * @param kept decided in time in the last 30 days, without what ended unseen
     * @param missed decided late in the last 30 days, likewise
     * @param changedBy null where the rule is the one that Bulwark comes with
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "DutyDocument")
    public record Standing(
            String duty,
            @Nested("rule_") Rule rule,
            long open,
            long late,
            @Nullable @Schema(implementation = String.class) Instant nextDue,
            long kept,
            long missed,
            @Nullable String changedBy,
            @Nullable @Schema(implementation = String.class) Instant changedAt) {}

    /** All duties of the person's tenant, the one with the shortest deadline first. */
    public List<Standing> standings(Person person) {
        return database.list(
                person.tenant(),
                handle -> handle.createQuery("SELECT rule.duty, deadline AS rule_deadline_seconds,"
                                + " rule.head_start AS rule_head_start_seconds,"
                                + " escalates_after AS rule_escalates_after_seconds, rule.ground AS rule_ground,"
                                + " count(*) FILTER (WHERE due_at IS NOT NULL AND closed_at IS NULL) AS open,"
                                + " count(*) FILTER (WHERE due_at <= clock_timestamp() AND closed_at IS NULL) AS late,"
                                + " min(due_at) FILTER (WHERE closed_at IS NULL) AS next_due,"
                                + " count(*) FILTER (WHERE closed_at <= due_at AND NOT (" + UNSEEN + ")) AS kept,"
                                + " count(*) FILTER (WHERE closed_at > due_at AND NOT (" + UNSEEN + ")) AS missed,"
                                + " changed_by, changed_at"
                                + " FROM duty_rules(:tenant) rule LEFT JOIN duty_case clock"
                                + " ON clock.tenant = :tenant AND clock.duty = rule.duty AND (closed_at IS NULL"
                                + " OR closed_at > clock_timestamp() - make_interval(days => " + COUNTED_DAYS + "))"
                                + " GROUP BY 1, 2, 3, 4, 5, changed_by, changed_at ORDER BY 2, 1")
                        .bind("tenant", person.tenant())
                        .map(ConstructorMapper.of(Standing.class))
                        .list());
    }

    /**
     * Changes what a duty asks for.
     *
     * @param name of a {@link Duty}
     * @throws io.bulwark.stream.problem.Problem.ProblemException where there is no such duty, or a value is out of its
     *     range
     */
    public void set(Person person, String name, Rule rule) {
        Duty duty = named(name);
        rule.check();
        database.inTenant(person.tenant(), handle -> {
            handle.createUpdate("""
                            INSERT INTO review_duty (tenant, duty, deadline, head_start, escalates_after, ground, changed_by)
                            VALUES (:tenant, :duty, :deadlineSeconds, :headStartSeconds, :escalatesAfterSeconds, :ground, :by)
                            ON CONFLICT (tenant, duty) DO UPDATE SET deadline = excluded.deadline,
                            head_start = excluded.head_start, escalates_after = excluded.escalates_after,
                            ground = excluded.ground, changed_by = excluded.changed_by, changed_at = clock_timestamp()""")
                    .bindMethods(rule)
                    .bind("tenant", person.tenant())
                    .bind("duty", duty.name())
                    .bind("by", person.name())
                    .execute();
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("deadlineSeconds", rule.deadlineSeconds());
            details.put("headStartSeconds", rule.headStartSeconds());
            Optional.ofNullable(rule.escalatesAfterSeconds())
                    .ifPresent(after -> details.put("escalatesAfterSeconds", after));
            details.put("ground", rule.ground());
            return person.log(handle, "duty.changed", "duty/" + duty, details);
        });
    }

    /** @throws io.bulwark.stream.problem.Problem.ProblemException where there is no such duty */
    public static Duty named(String name) {
        return Arrays.stream(Duty.values())
                .filter(duty -> duty != Duty.UNKNOWN && duty.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.BAD_PARAMETER.with("There is no duty '" + name + "'; there are "
                        + Arrays.stream(Duty.values())
                                .filter(duty -> duty != Duty.UNKNOWN)
                                .map(Duty::name)
                                .collect(Collectors.joining(", "))
                        + "."));
    }

    /** Begins the clock of an item's duty; of one that runs the earlier receipt counts. */
    static void open(Handle handle, String tenant, UUID itemId, Notice notice) {
        handle.createUpdate("""
                        INSERT INTO duty_case (tenant, item_id, duty, received_at, due_at, escalates_at, head_start, ground)
                        SELECT :tenant, :item, duty, received, received + make_interval(secs => deadline),
                        received + make_interval(secs => escalates_after), head_start, ground
                        FROM duty_rules(:tenant), (SELECT least(CAST(:received AS timestamptz), clock_timestamp())) AS at (received)
                        WHERE duty = :duty
                        ON CONFLICT (tenant, item_id, duty) WHERE closed_at IS NULL DO UPDATE SET
                        received_at = least(duty_case.received_at, excluded.received_at),
                        due_at = least(duty_case.due_at, excluded.due_at),
                        escalates_at = least(duty_case.escalates_at, excluded.escalates_at)""")
                .bind("tenant", tenant)
                .bind("item", itemId)
                .bind("received", notice.receivedAt())
                .bind("duty", notice.duty().name())
                .execute();
    }

    /**
     * Has the clocks of an item run on that ended without a decision, because other content came under its image's id.
     *
     * @return why the item is in the queue by them; empty where there was none
     */
    static Set<Origin> resume(Handle handle, String tenant, UUID itemId) {
        return handle.createQuery("""
                        UPDATE duty_case again SET closed_at = NULL FROM (SELECT DISTINCT ON (duty) duty, opened_at
                        FROM duty_case WHERE tenant = :tenant AND item_id = :item AND closed_at IS NOT NULL
                        AND decision_id IS NULL ORDER BY duty, due_at, opened_at) earliest
                        WHERE again.tenant = :tenant AND again.item_id = :item AND again.duty = earliest.duty
                        AND again.opened_at = earliest.opened_at AND NOT EXISTS (SELECT FROM duty_case other
                        WHERE other.tenant = :tenant AND other.item_id = :item AND other.duty = again.duty
                        AND other.closed_at IS NULL) RETURNING again.duty""")
                .bind("tenant", tenant)
                .bind("item", itemId)
                .mapTo(Duty.class)
                .map(Duties::origin)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Origin.class)));
    }

    /** Notices received from a person on the day of this one, that one included: a backlog of days is not one day. */
    static long received(Handle handle, String tenant, String reporter, Notice notice) {
        return handle.createQuery("""
                SELECT count(*) FROM report, (SELECT date_trunc('day', least(CAST(:received AS timestamptz),
                clock_timestamp()), 'UTC') AS begins) AS present WHERE tenant = :tenant AND reporter = :reporter
                AND duty = 'NOTICE' AND at >= begins
                AND date_trunc('day', coalesce(received_at, at), 'UTC') = begins""")
                .bind("received", notice.receivedAt())
                .bind("tenant", tenant)
                .bind("reporter", reporter)
                .mapTo(Long.class)
                .one();
    }

    /** Whether the clock of an item's duty runs. */
    static boolean runs(Handle handle, ItemRow item, Duty duty) {
        return handle.select("""
                SELECT EXISTS (SELECT FROM duty_case WHERE tenant = ? AND item_id = ?
                AND duty = ? AND closed_at IS NULL)""", item.candidate().tenant(), item.itemId(), duty.name())
                .mapTo(Boolean.class)
                .one();
    }

    private static Origin origin(Duty duty) {
        return duty == Duty.COMPLAINT ? Origin.APPEAL : Origin.REPORT;
    }

    /**
     * Ends the clocks of an item that stays closed, with what holds.
     *
     * @param unseen whether that does not answer them, but no person is asked again
     */
    static void settle(Handle handle, ItemRow item, boolean unseen) {
        handle.createUpdate("""
                UPDATE duty_case SET closed_at = clock_timestamp(), decision_id = CAST(:decision AS uuid),
                unseen = CASE WHEN :unseen THEN CAST(:decision AS uuid) END
                WHERE tenant = :tenant AND item_id = :item AND closed_at IS NULL""")
                .bind("unseen", unseen)
                .bind("decision", item.decisionId().orElse(null))
                .bind("tenant", item.candidate().tenant())
                .bind("item", item.itemId())
                .execute();
    }
}
