package io.bulwark.stream.promise;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.Decision;
import io.bulwark.schemas.promise.AnsweredDraw;
import io.bulwark.schemas.promise.FalseAlarmBudget;
import io.bulwark.schemas.promise.PromiseProcess;
import io.bulwark.schemas.promise.PromiseProcess.Entry;
import io.bulwark.schemas.promise.PromiseProcess.Rules;
import io.bulwark.schemas.promise.PromiseProcess.Standing;
import io.bulwark.schemas.promise.PromisedRate;
import io.bulwark.schemas.promise.ReviewerError;
import io.bulwark.schemas.promise.ReviewerError.Answers;
import io.bulwark.stream.ReviewConfig;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import jakarta.annotation.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jdbi.v3.core.result.ResultIterator;

/**
 * How a tenant's rates stand, from the rows of draws, answers and epochs. Draws before the first one that is waited for
 * are kept folded between looks, and read again where a row among them has changed. Thread-safe.
 */
public final class Promises {

    private static final int MOST_POINTS = 60;

    /** No content has this digest. */
    private static final String BEFORE_ALL = "00000000-0000-0000-0000-000000000000";

    /** Draws that are fetched at once. */
    private static final int FETCHED = 1000;

    /**
     * Rates of which the settled draws are kept folded, some 10 kB each: those with most draws, which cost most to read
     * again. The latest ones would be the wrong ones, because a look goes through all rates in turn, and a flood of
     * tenants would push out each rate before its next look.
     */
    private static final int MOST_KEPT = 1000;

    /**
     * The draws of an epoch, and those up to a place in it. An answer that comes adds to those answered, each other
     * change to the corrections, which only rise: where all three are as they were, nothing there has changed.
     */
    private static final String COUNT = """
            SELECT coalesce(min(probability), 1) AS least, coalesce(sum(corrections), 0) AS restated,
            count(*) FILTER (WHERE (decided_at, content) <= (:at, CAST(:content AS uuid))) AS draws,
            count(people) FILTER (WHERE (decided_at, content) <= (:at, CAST(:content AS uuid))) AS answered,
            coalesce(sum(corrections) FILTER (WHERE (decided_at, content) <= (:at, CAST(:content AS uuid))), 0)
            AS corrections FROM promise_draw WHERE tenant = :tenant AND decided_at >= :begins""";

    /** Draws after a place in their order. One of a lower probability came after they were counted: it waits. */
    private static final String DRAWS = """
            SELECT content::text AS id, decided_at, machine, probability, people, corrections FROM promise_draw
            WHERE tenant = :tenant AND decided_at >= :begins AND probability >= :least
            AND (decided_at, content) > (:at, CAST(:content AS uuid)) ORDER BY decided_at, content""";

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
    private final Settings settings;
    private final int mostKept;
    private final Map<RateOf, Folded> folded = new HashMap<>(); // guarded by itself

    public Promises(Database database, Settings settings) {
        this(database, settings, MOST_KEPT);
    }

    /** @param mostKept rates of which the settled draws are kept folded */
    Promises(Database database, Settings settings, int mostKept) {
        this.database = database;
        this.settings = settings;
        this.mostKept = mostKept;
    }

    /**
     * The settings of promises.
     *
     * @param missed what is promised of {@link PromisedRate#MISSED}; empty: nothing
     * @param falselyFlagged the same of {@link PromisedRate#FALSELY_FLAGGED}
     * @param deadline how long an answer is waited for
     * @param runLength draws between false alarms of a change, on average at least
     */
    public record Settings(OptionalDouble missed, OptionalDouble falselyFlagged, Duration deadline, int runLength) {

        public static Settings of(ReviewConfig.Promises config) {
            return new Settings(config.missed(), config.falselyFlagged(), config.deadline(), config.runLength());
        }

        OptionalDouble promise(PromisedRate rate) {
            return switch (rate) {
                case MISSED -> missed;
                case FALSELY_FLAGGED -> falselyFlagged;
            };
        }
    }

    Settings settings() {
        return settings;
    }

    /** Each rate of a tenant. */
    public List<WatchedRate> rates(String tenant) {
        return database.list(tenant, handle -> {
            Known known = Known.of(handle, tenant);
            return Arrays.stream(PromisedRate.values())
                    .map(rate -> {
                        Optional<Epoch> epoch = settings.promise(rate).stream()
                                .boxed()
                                .flatMap(promise -> Epoch.latest(handle, tenant, rate, promise).stream())
                                .findFirst();
                        Look look = look(handle, tenant, rate, epoch, known);
                        return WatchedRate.of(rate, epoch, look, known);
                    })
                    .toList();
        });
    }

    /**
     * The draws that people have answered, and the ones past the deadline, for estimates of what another policy or
     * bank would do with this traffic.
     */
    public List<AnsweredDraw> settledDraws(String tenant) {
        return database.list(
                tenant,
                handle -> PromiseDraws.settled(handle, tenant, now(handle).minus(settings.deadline())));
    }

    /**
     * A settled draw with the score that the machine gave.
     *
     * @param people null where there is no answer
     * @param score null where the item is past its retention, or erased
     */
    public record ScoredDraw(
            Instant decidedAt,
            Decision machine,
            double probability,
            @Nullable Decision people,
            @Nullable Double score) {}

    /** The latest settled draws, oldest first, as in {@link #settledDraws}. */
    public List<ScoredDraw> scoredDraws(String tenant) {
        return database.list(
                tenant,
                handle -> PromiseDraws.scored(handle, tenant, now(handle).minus(settings.deadline())));
    }

    /**
     * Begins a new epoch: what was drawn before no longer counts, and alarms of before no longer show.
     *
     * @throws io.bulwark.stream.problem.Problem.ProblemException where the rate is not promised
     */
    public void restart(String tenant, String person, PromisedRate rate, String reason) {
        OptionalDouble promise = settings.promise(rate);
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
        boolean usable = bounds.isUsable();
        var rules = new Rules(
                usable && epoch.isPresent() ? OptionalDouble.of(epoch.get().promise()) : OptionalDouble.empty(),
                usable ? bounds : ReviewerError.NONE,
                settings.deadline());
        var stream = new Stream(tenant, rate, begins);
        Folded before = kept(stream)
                .filter(kept -> kept.rules().equals(rules))
                .orElseGet(() -> Folded.nothing(rules, begins, 1));
        Count count = count(handle, stream, before);
        Folded start = before.isAsCounted(count) ? before : Folded.nothing(rules, begins, count.least());
        PromiseProcess process = fold(handle, stream, start, now(handle).minus(settings.deadline()));
        return new Look(begins, process.standing(), bounds, count.restated());
    }

    private static Count count(Handle handle, Stream stream, Folded before) {
        return handle.createQuery(COUNT)
                .bind("tenant", stream.tenant())
                .bind("begins", stream.begins())
                .bind("at", before.at())
                .bind("content", before.content())
                .map(ConstructorMapper.of(Count.class))
                .one();
    }

    /** Goes on with the draws after the folded ones, and keeps what of them is settled by now. */
    private PromiseProcess fold(Handle handle, Stream stream, Folded start, Instant due) {
        PromiseProcess process = start.process().copy();
        Folded settled = start;
        boolean waits = false;
        try (ResultIterator<DrawRow> rows = handle.createQuery(DRAWS)
                .setFetchSize(FETCHED)
                .bind("tenant", stream.tenant())
                .bind("begins", stream.begins())
                .bind("least", start.least())
                .bind("at", start.at())
                .bind("content", start.content())
                .map(ConstructorMapper.of(DrawRow.class))
                .iterator()) {
            while (rows.hasNext()) {
                DrawRow row = rows.next();
                Entry entry = row.entry(stream.rate());
                if (!waits && PromiseProcess.awaits(entry, due)) {
                    waits = true;
                    keep(stream, settled.with(process.copy()));
                }
                process.add(entry, due);
                settled = waits ? settled : settled.after(row);
            }
        }
        if (!waits) {
            keep(stream, settled.with(process.copy()));
        }
        return process;
    }

    private Optional<Folded> kept(Stream stream) {
        synchronized (folded) {
            return Optional.ofNullable(folded.get(stream.of()))
                    .filter(kept -> kept.begins().equals(stream.begins()));
        }
    }

    /**
     * In place of what was kept of the rate; where there is no room, in place of one with fewer draws, if there is one.
     */
    private void keep(Stream stream, Folded settled) {
        synchronized (folded) {
            if (folded.containsKey(stream.of()) || folded.size() < mostKept) {
                folded.put(stream.of(), settled);
                return;
            }
            folded.entrySet().stream()
                    .min(Comparator.comparingLong(kept -> kept.getValue().draws()))
                    .filter(least -> least.getValue().draws() < settled.draws())
                    .map(Map.Entry::getKey)
                    .ifPresent(least -> {
                        folded.remove(least);
                        folded.put(stream.of(), settled);
                    });
        }
    }

    /** A rate of a tenant. */
    private record RateOf(String tenant, PromisedRate rate) {}

    /** A rate of a tenant since a time; of each rate one is looked at. */
    private record Stream(String tenant, PromisedRate rate, Instant begins) {

        RateOf of() {
            return new RateOf(tenant, rate);
        }
    }

    /** What {@link #COUNT} finds. */
    record Count(double least, long restated, long draws, long answered, long corrections) {}

    /** A row of {@link #DRAWS}. */
    record DrawRow(
            String id,
            Instant decidedAt,
            Decision machine,
            double probability,
            Optional<Decision> people,
            long corrections) {

        Entry entry(PromisedRate rate) {
            return new Entry(decidedAt, id, rate.draw(probability, machine, people));
        }
    }

    /**
     * Draws up to a place in their order, none of which is waited for.
     *
     * @param least probability of all draws, of those after the place too
     * @param at place of the last one
     * @param content of the last one
     * @param process of these draws; it is copied, never changed
     */
    private record Folded(
            Rules rules,
            Instant begins,
            double least,
            Instant at,
            String content,
            long draws,
            long answered,
            long corrections,
            PromiseProcess process) {

        static Folded nothing(Rules rules, Instant begins, double least) {
            return new Folded(
                    rules, begins, least, begins, BEFORE_ALL, 0, 0, 0, new PromiseProcess(rules, least, MOST_POINTS));
        }

        boolean isAsCounted(Count count) {
            return least == count.least()
                    && draws == count.draws()
                    && answered == count.answered()
                    && corrections == count.corrections();
        }

        Folded after(DrawRow row) {
            return new Folded(
                    rules,
                    begins,
                    least,
                    row.decidedAt(),
                    row.id(),
                    draws + 1,
                    answered + (row.people().isPresent() ? 1 : 0),
                    corrections + row.corrections(),
                    process);
        }

        Folded with(PromiseProcess process) {
            return new Folded(rules, begins, least, at, content, draws, answered, corrections, process);
        }
    }

    static Instant now(Handle handle) {
        return handle.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one();
    }

    /** A standing, since when, by which bounds of errors, and how many answers were changed later. */
    record Look(Instant begins, Standing standing, ReviewerError bounds, long restated) {}

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
     * A rate as people see it. Which images were drawn, and with which probability, is not in it; seniors, curators and
     * administrators get digests of the answered ones by {@link Promises#settledDraws}.
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

        static WatchedRate of(PromisedRate rate, Optional<Epoch> epoch, Look look, Known known) {
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
                    look.restated(),
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
