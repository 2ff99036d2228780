package io.bulwark.stream.promise;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.FalseAlarmBudget;
import io.bulwark.schemas.promise.PromiseProcess;
import io.bulwark.schemas.promise.PromiseProcess.Entry;
import io.bulwark.schemas.promise.PromiseProcess.Rules;
import io.bulwark.schemas.promise.PromiseProcess.Standing;
import io.bulwark.schemas.promise.PromisedRate;
import io.bulwark.schemas.promise.ReviewerError;
import io.bulwark.schemas.promise.ReviewerError.Answers;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** How a tenant's rates stand, from the rows of draws, answers and epochs. Thread-safe. */
public final class Promises {

    private static final int MOST_POINTS = 60;

    private static final String DRAWS = """
            SELECT content::text AS content, decided_at, machine, probability, people FROM promise_draw
            WHERE tenant = :tenant AND decided_at >= :begins""";

    /**
     * Golden items that three people answered, and of how many two of the first three, as adjudication goes, were
     * wrong. Three rather than two, and a third where they differ: then how long an item takes to count does not depend
     * on how it is answered.
     */
    private static final String GOLDEN = """
            WITH answer AS (SELECT golden.image_id, golden.content_sha256, golden.answer AS known,
            made.decision = golden.answer AS as_known, row_number() OVER (PARTITION BY golden.image_id,
            golden.content_sha256 ORDER BY made.decided_at, made.decision_id) AS nth
            FROM golden_item golden JOIN decision made ON made.tenant = golden.tenant AND made.image_id = golden.image_id
            AND made.content_sha256 = golden.content_sha256 AND made.kind = 'GOLDEN'
            WHERE golden.tenant = :tenant AND NOT EXISTS (SELECT FROM decision taken WHERE taken.tenant = :tenant
            AND taken.item_id = made.item_id AND taken.kind = 'UNDONE' AND taken.replaces = made.decision_id)),
            item AS (SELECT known, count(*) FILTER (WHERE as_known) AS as_known FROM answer WHERE nth <= 3
            GROUP BY image_id, content_sha256, known HAVING count(*) = 3)
            SELECT known, count(*) AS answered, count(*) FILTER (WHERE as_known < 2) AS wrong FROM item GROUP BY known""";

    private final Database database;
    private final PromiseRules rules;

    public Promises(Database database, PromiseRules rules) {
        this.database = database;
        this.rules = rules;
    }

    /** Each rate of a tenant. */
    public List<WatchedRate> rates(String tenant) {
        return database.list(tenant, handle -> {
            Known known = Known.of(handle, tenant);
            return Arrays.stream(PromisedRate.values())
                    .map(rate -> {
                        Optional<Epoch> epoch = rules.promise(rate).stream()
                                .boxed()
                                .flatMap(promise -> Epoch.latest(handle, tenant, rate, promise).stream())
                                .findFirst();
                        Look look = look(handle, tenant, rate, epoch, known);
                        return WatchedRate.of(rate, epoch, look, corrections(handle, tenant, look.begins()), known);
                    })
                    .toList();
        });
    }

    /**
     * Begins a new epoch: what was drawn before no longer counts, and alarms of before no longer show.
     *
     * @throws io.bulwark.stream.problem.Problem.ProblemException where the rate is not promised
     */
    public void restart(String tenant, String person, PromisedRate rate, String reason) {
        OptionalDouble promise = rules.promise(rate);
        Problem.BAD_PARAMETER.when(
                promise.isEmpty(), "Nothing is promised of " + rate + "; see bulwark.review.promises in the settings.");
        Problem.BAD_PARAMETER.when(
                reason == null || reason.isBlank() || reason.length() > 4000,
                "A reason has 1 to 4000 characters, and not only blanks.");
        database.inTenant(tenant, handle -> {
            Epoch.open(handle, tenant, rate, promise.getAsDouble(), now(handle), person);
            return AuditLog.append(
                    handle, tenant, person, "promise.restarted", "promise/" + rate, Map.of("reason", reason));
        });
    }

    /** What the rows say of a rate now. */
    Look look(Handle handle, String tenant, PromisedRate rate, Optional<Epoch> epoch, Known known) {
        Instant begins = epoch.map(Epoch::begins).orElse(Instant.EPOCH);
        ReviewerError bounds =
                known.error(rate, epoch.map(Epoch::position).orElse(1)); // without a promise there is one stream
        List<Entry> entries = handle.createQuery(DRAWS)
                .bind("tenant", tenant)
                .bind("begins", begins)
                .map((row, context) -> new Entry(
                        row.getTimestamp("decided_at").toInstant(),
                        row.getString("content"),
                        rate.draw(
                                row.getDouble("probability"),
                                Decision.valueOf(row.getString("machine")),
                                Optional.ofNullable(row.getString("people")).map(Decision::valueOf))))
                .list();
        boolean usable = bounds.isUsable();
        Standing standing = PromiseProcess.of(
                new Rules(
                        usable && epoch.isPresent()
                                ? OptionalDouble.of(epoch.get().promise())
                                : OptionalDouble.empty(),
                        usable ? bounds : ReviewerError.NONE,
                        rules.deadline()),
                entries,
                now(handle),
                MOST_POINTS);
        return new Look(begins, standing, bounds);
    }

    private static long corrections(Handle handle, String tenant, Instant begins) {
        return handle.select(
                        "SELECT coalesce(sum(corrections), 0) FROM promise_draw WHERE tenant = ? AND decided_at >= ?",
                        tenant,
                        begins)
                .mapTo(Long.class)
                .one();
    }

    static Instant now(Handle handle) {
        return handle.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one();
    }

    /** A standing, since when, and by which bounds of errors. */
    record Look(Instant begins, Standing standing, ReviewerError bounds) {}

    /** Answers to golden items by what is known of them. */
    record Known(Map<Decision, Answers> answers) {

        static Known of(Handle handle, String tenant) {
            Map<Decision, Answers> answers = new EnumMap<>(Decision.class);
            handle.createQuery(GOLDEN)
                    .bind("tenant", tenant)
                    .map((row, context) -> answers.put(
                            Decision.valueOf(row.getString("known")),
                            new Answers(row.getLong("answered"), row.getLong("wrong"))))
                    .list();
            return new Known(answers);
        }

        Answers of(Decision known) {
            return answers.getOrDefault(known, Answers.NONE);
        }

        ReviewerError error(PromisedRate rate, int position) {
            Decision outside = rate.base() == Decision.SAFE ? Decision.NSFW : Decision.SAFE;
            return ReviewerError.of(
                    of(outside), of(rate.base()), FalseAlarmBudget.share(FalseAlarmBudget.ERRORS, position));
        }
    }

    /**
     * Since when a rate is watched.
     *
     * @param position of all epochs, which decides on its share of false alarms
     * @param brokenAt when evidence alarmed; null where it has not
     * @param changedAt when the e-detector alarmed; null where it has not
     */
    public record Epoch(
            int position,
            String tenant,
            String rate,
            double promise,
            Instant begins,
            boolean standsOut,
            Instant brokenAt,
            Instant changedAt) {

        /** Of this promise: instances with different settings, as in a rollout, do not end each other's epochs. */
        static Optional<Epoch> latest(Handle handle, String tenant, PromisedRate rate, double promise) {
            return handle.select("""
                            SELECT * FROM promise_epoch WHERE tenant = ? AND rate = ? AND promise = ?
                            ORDER BY begins DESC LIMIT 1""", tenant, rate.name(), promise)
                    .map(ConstructorMapper.of(Epoch.class))
                    .findOne();
        }

        static void open(Handle handle, String tenant, PromisedRate rate, double promise, Instant begins, String by) {
            handle.execute("""
                    INSERT INTO promise_epoch (tenant, rate, promise, begins, opened_by)
                    VALUES (?, ?, ?, ?, ?)""", tenant, rate.name(), promise, begins, by);
        }

        /** The logarithm of the evidence at which it alarms. */
        double needed() {
            return -Math.log(FalseAlarmBudget.share(FalseAlarmBudget.EVIDENCE, position));
        }
    }

    /**
     * A rate as people see it. Which images were drawn, and with which probability, is not in it.
     *
     * @param promise m; null where nothing is promised
     * @param draws drawn outcomes since {@code since}
     * @param answered decided by two people or by a senior
     * @param overdue without an answer past the deadline
     * @param restated answers that were changed later
     * @param estimate share of the machine's errors among the answered of the base, reviewers' errors included, in [0, 1];
     *     null without any, and while reviewers' errors are not bounded
     * @param low lower end of the band, 0.95 at all times at once; null while reviewers' errors are not bounded
     * @param high upper end
     * @param evidence against the promise, 1 is an alarm; null where none is watched
     * @param standsOut whether it is among the tenants' rates that e-BH names, at most 5 % of them wrongly
     * @param called bound of how often what is outside the base is called inside
     * @param overlooked bound of how often what is inside is called outside
     * @param goldenItems that three people answered, of both kinds
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "WatchedRateDocument")
    public record WatchedRate(
            @Schema(implementation = String.class) PromisedRate rate,
            @Schema(implementation = String.class) State state,
            Double promise,
            @Schema(implementation = String.class) Instant since,
            long draws,
            long answered,
            long overdue,
            long restated,
            Double estimate,
            Double low,
            Double high,
            Double evidence,
            boolean standsOut,
            @Schema(implementation = String.class) Instant brokenAt,
            @Schema(implementation = String.class) Instant changedAt,
            double called,
            double overlooked,
            long goldenItems,
            List<PointDocument> points) {

        static WatchedRate of(PromisedRate rate, Optional<Epoch> epoch, Look look, long restated, Known known) {
            Standing standing = look.standing();
            boolean usable = look.bounds().isUsable();
            return new WatchedRate(
                    rate,
                    state(epoch, look),
                    epoch.map(Epoch::promise).orElse(null),
                    epoch.map(Epoch::begins)
                            .filter(begins -> begins.isAfter(Instant.EPOCH))
                            .orElse(null),
                    standing.draws(),
                    standing.answered(),
                    standing.overdue(),
                    restated,
                    usable && !Double.isNaN(standing.estimate()) ? standing.estimate() : null,
                    usable ? standing.low() : null,
                    usable ? standing.high() : null,
                    usable
                            ? epoch.map(found -> standing.greatestLog() / found.needed())
                                    .orElse(null)
                            : null,
                    epoch.map(Epoch::standsOut).orElse(false),
                    epoch.map(Epoch::brokenAt).orElse(null),
                    epoch.map(Epoch::changedAt).orElse(null),
                    look.bounds().into(),
                    look.bounds().outOf(),
                    known.of(Decision.SAFE).answered() + known.of(Decision.NSFW).answered(),
                    usable ? standing.points().stream().map(PointDocument::of).toList() : List.of());
        }

        private static State state(Optional<Epoch> epoch, Look look) {
            if (epoch.isEmpty()) {
                return State.NOT_PROMISED;
            }
            if (epoch.get().brokenAt() != null) {
                return State.BROKEN;
            }
            if (epoch.get().changedAt() != null) {
                return State.CHANGED;
            }
            if (!look.bounds().isUsable()) {
                return State.TOO_FEW_GOLDEN_ITEMS;
            }
            return look.standing().high() <= epoch.get().promise() ? State.CONFIRMED : State.WATCHED;
        }

        /** How it stands. */
        public enum State {
            NOT_PROMISED,
            /** It is not known how often reviewers are wrong. */
            TOO_FEW_GOLDEN_ITEMS,
            WATCHED,
            /** The whole band lies within the promise. */
            CONFIRMED,
            CHANGED,
            BROKEN
        }

        /** The band after one of the draws. */
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Schema(name = "PromisePointDocument")
        public record PointDocument(
                @Schema(implementation = String.class) Instant at, Double estimate, double low, double high) {

            static PointDocument of(PromiseProcess.Point point) {
                return new PointDocument(
                        point.at().truncatedTo(ChronoUnit.DAYS), // the instant would name the image
                        Double.isNaN(point.estimate()) ? null : point.estimate(),
                        point.low(),
                        point.high());
            }
        }
    }
}
