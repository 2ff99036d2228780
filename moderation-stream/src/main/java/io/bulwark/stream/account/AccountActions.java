package io.bulwark.stream.account;

import io.bulwark.events.AccountAction;
import io.bulwark.events.ActionGround;
import io.bulwark.events.ActionState;
import io.bulwark.events.Enforcement;
import io.bulwark.events.UploaderAction;
import io.bulwark.schemas.topic.UploadIds;
import io.bulwark.stream.account.AccountPolicy.AccountPolicies;
import io.bulwark.stream.account.AccountPolicy.Action;
import io.bulwark.stream.account.AccountPolicy.Rule;
import io.bulwark.stream.account.AccountPolicy.Strike;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Outbox;
import io.bulwark.stream.review.Person;
import io.opentelemetry.context.Context;
import jakarta.annotation.Nullable;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Takes actions on accounts and lifts them, by rules and by people. Each is a row, a row of the audit log and a row
 * of the outbox in one transaction. Thread-safe; several instances may keep up at once.
 */
@Singleton
public final class AccountActions {

    private static final Logger LOG = Logger.getLogger(AccountActions.class);

    /** Who did it, in the audit log, where a rule did. */
    private static final String BY_RULE = "account-policy";

    /** Uploaders of one turn. */
    private static final int AT_ONCE = 500;

    /** The newest strikes of an uploader; older ones count no more. */
    private static final int MOST_STRIKES = 1_000;

    private static final int MOST_PUBLISHED = 100;

    /** Of the texts of a record's grounds; with more it could be above the 1 MiB of a record. */
    private static final int MOST_BYTES = 512 * 1024;

    private static final int MOST_WORDS = 4000;

    private final Database database;

    public AccountActions(Database database) {
        this.database = database;
    }

    private record Due(String tenant, String uploaderId) {}

    /**
     * A row of an action.
     *
     * @param rule null where a person took it
     * @param score of the strikes that counted; 0 where a person took it
     */
    record Row(
            UUID actionId,
            String uploaderId,
            Action action,
            @Nullable String rule,
            @Nullable Long policyVersion,
            double score,
            @Nullable Double threshold,
            @Nullable String takenBy,
            Instant takenAt,
            @Nullable Instant until,
            @Nullable Instant liftedAt,
            @Nullable String liftedFor) {

        boolean stands(Instant now) {
            return liftedAt == null && (until == null || until.isAfter(now));
        }
    }

    /** A strike that an action rests on, and what becomes of it. */
    private record Ground(
            String imageId,
            String contentSha256,
            List<String> labels,
            String decidedBy,
            Instant at,
            double weight,
            boolean takenBack,
            List<String> present) {

        /** About how large it is in a record. */
        int bytes() {
            return 100
                    + UploadIds.bytes(imageId)
                    + UploadIds.bytes(decidedBy)
                    + labels.stream()
                            .mapToInt(label -> 4 + UploadIds.bytes(label))
                            .sum();
        }
    }

    /** Why an action is lifted, as the table has it. */
    enum LiftedFor {
        OVERTURNED,
        APPEAL,
        PERSON
    }

    /**
     * Tries the rules of uploaders whose strikes changed: lifts what does not stand any more, and takes what is due.
     *
     * @return how many uploaders were looked at
     */
    int keepUp() {
        List<Due> due = database.acrossTenants(handle ->
                handle.select("""
                SELECT tenant, uploader_id FROM account_due GROUP BY tenant, uploader_id
                ORDER BY min(position) LIMIT ?""", AT_ONCE).map(ConstructorMapper.of(Due.class)).list());
        for (Due one : due) {
            try {
                database.inTenant(one.tenant(), handle -> {
                    judge(handle, one.tenant(), one.uploaderId());
                    return null;
                });
            } catch (Database.UnavailableException gone) {
                throw gone;
            } catch (RuntimeException trouble) { // the others are not to wait for this one, which is tried again
                LOG.warnf(trouble, "The rules of an account of tenant %s could not be tried", one.tenant());
            }
        }
        return due.size();
    }

    private void judge(Handle handle, String tenant, String uploaderId) {
        lock(handle, tenant, uploaderId);
        int due = handle.execute("DELETE FROM account_due WHERE tenant = ? AND uploader_id = ?", tenant, uploaderId);
        if (due > 0) {
            Instant now = now(handle);
            liftOverturned(handle, tenant, uploaderId, now);
            take(handle, tenant, uploaderId, now);
        }
    }

    private static void liftOverturned(Handle handle, String tenant, String uploaderId, Instant now) {
        for (Row action : actions(handle, tenant, uploaderId)) {
            if (action.rule() == null || !action.stands(now)) {
                continue;
            }
            AccountPolicy policy = AccountPolicies.version(handle, tenant, action.policyVersion());
            Rule rule = policy.rules().stream()
                    .filter(each -> each.name().equals(action.rule()))
                    .findFirst()
                    .orElseThrow();
            double left = action.score();
            for (Ground ground : grounds(handle, tenant, action.actionId())) {
                double holds = ground.takenBack()
                        ? 0
                        : policy.weight(
                                new Strike(
                                        ground.imageId(),
                                        ground.contentSha256(),
                                        ground.present(),
                                        ground.decidedBy(),
                                        ground.at()),
                                rule,
                                action.takenAt());
                left -= Math.max(0, ground.weight() - holds);
            }
            if (left < action.threshold() - AccountPolicy.CLOSE) {
                lift(handle, tenant, action, LiftedFor.OVERTURNED, null, "OVERTURNED", now);
            }
        }
    }

    /** Of the rules whose score is reached, the gravest is applied. */
    private static void take(Handle handle, String tenant, String uploaderId, Instant now) {
        AccountPolicy policy = AccountPolicies.latest(handle, tenant);
        List<Row> actions = actions(handle, tenant, uploaderId);
        List<Strike> strikes = strikes(handle, tenant, uploaderId);
        List<Rule> gravestFirst = policy.rules().stream()
                .sorted(Comparator.comparing(Rule::action).reversed())
                .toList();
        for (Rule rule : gravestFirst) {
            Predicate<Row> asGrave = row -> row.action().compareTo(rule.action()) >= 0;
            if (actions.stream().anyMatch(row -> asGrave.test(row) && row.stands(now))) {
                continue;
            }
            Map<Strike, Double> counted = new LinkedHashMap<>();
            strikes.forEach(strike -> {
                double weight = policy.weight(strike, rule, now);
                if (weight > 0) {
                    counted.put(strike, weight);
                }
            });
            double score =
                    counted.values().stream().mapToDouble(weight -> weight).sum();
            if (score < rule.threshold() - AccountPolicy.CLOSE) {
                continue;
            }
            List<UUID> before = actions.stream()
                    .filter(asGrave)
                    .filter(row -> !LiftedFor.OVERTURNED.name().equals(row.liftedFor()))
                    .map(Row::actionId)
                    .toList();
            if (!used(handle, tenant, before)
                    .containsAll(counted.keySet().stream()
                            .map(AccountActions::identity)
                            .toList())) {
                take(handle, tenant, uploaderId, policy, rule, counted, score, now);
                return;
            }
        }
    }

    private static void take(
            Handle handle,
            String tenant,
            String uploaderId,
            AccountPolicy policy,
            Rule rule,
            Map<Strike, Double> counted,
            double score,
            Instant now) {
        var action = new Row(
                UUID.randomUUID(),
                uploaderId,
                rule.action(),
                rule.name(),
                policy.version(),
                score,
                rule.threshold(),
                null,
                now,
                rule.end(now),
                null,
                null);
        insert(handle, tenant, action, null);
        var rows = handle.prepareBatch("""
                INSERT INTO account_ground (tenant, action_id, uploader_id, image_id, content_sha256, labels, decided_by,
                at, weight) VALUES (:tenant, :action, :uploader, :imageId, :contentSha256, :labels, :decidedBy, :at,
                :weight)""");
        counted.forEach((strike, weight) -> rows.bind("tenant", tenant)
                .bind("imageId", strike.imageId())
                .bind("contentSha256", strike.contentSha256())
                .bindArray("labels", String.class, strike.labels())
                .bind("decidedBy", strike.decidedBy())
                .bind("at", strike.at())
                .bind("action", action.actionId())
                .bind("uploader", uploaderId)
                .bind("weight", weight)
                .add());
        rows.execute();
        AuditLog.append(
                handle,
                tenant,
                BY_RULE,
                "account.taken",
                subject(action.actionId()),
                Map.of(
                        "action", rule.action().name(),
                        "rule", rule.name(),
                        "policyVersion", policy.version(),
                        "grounds", counted.size()));
        publish(handle, tenant, action, ActionState.TAKEN, null, null, now);
    }

    /**
     * A senior takes an action on an account.
     *
     * @param durationSeconds for how long; null: until it is lifted
     * @return the action
     * @throws ProblemException where a value is not allowed
     */
    public UUID take(Person person, String uploaderId, Action action, String reason, @Nullable Long durationSeconds) {
        Problem.NOT_ALLOWED.when(!person.isSenior(), "Only a senior acts on accounts.");
        Problem.BAD_PARAMETER.when(action == null, "The action is WARN, LIMIT, SUSPEND or BAN.");
        requireId(uploaderId);
        requireWords("A reason", reason);
        AccountPolicy.requireSeconds("durationSeconds", durationSeconds);
        return database.inTenant(person.tenant(), handle -> {
            lock(handle, person.tenant(), uploaderId);
            Instant now = now(handle);
            var taken = new Row(
                    UUID.randomUUID(),
                    uploaderId,
                    action,
                    null,
                    null,
                    0,
                    null,
                    person.name(),
                    now,
                    durationSeconds == null ? null : now.plusSeconds(durationSeconds),
                    null,
                    null);
            insert(handle, person.tenant(), taken, reason);
            AuditLog.append(
                    handle,
                    person.tenant(),
                    person.name(),
                    "account.taken",
                    subject(taken.actionId()),
                    Map.of("action", action.name()));
            publish(handle, person.tenant(), taken, ActionState.TAKEN, person.name(), reason, now);
            return taken.actionId();
        });
    }

    /** A senior lifts an action that stands. */
    public void lift(Person person, UUID actionId, String reason) {
        Problem.NOT_ALLOWED.when(!person.isSenior(), "Only a senior acts on accounts.");
        requireWords("A reason", reason);
        database.inTenant(person.tenant(), handle -> {
            Row action = lock(handle, person.tenant(), actionId);
            Instant now = now(handle);
            Problem.ALREADY_DECIDED.when(!action.stands(now), "The action does not hold any more.");
            lift(handle, person.tenant(), action, LiftedFor.PERSON, person, reason, now);
            return null;
        });
    }

    /** @param person null where a rule lifts it */
    static void lift(
            Handle handle,
            String tenant,
            Row action,
            LiftedFor why,
            @Nullable Person person,
            String reason,
            Instant now) {
        String by = person == null ? null : person.name();
        handle.execute("""
                UPDATE account_action SET lifted_at = ?, lifted_by = ?, lifted_for = ?
                WHERE tenant = ? AND action_id = ?""", now, by, why.name(), tenant, action.actionId());
        handle.execute("""
                UPDATE account_appeal SET answer = 'LIFTED', answered_by = ?, answered_at = ?, reason = ?
                WHERE tenant = ? AND action_id = ? AND answer IS NULL""", by, now, reason, tenant, action.actionId());
        AuditLog.append(
                handle,
                tenant,
                by == null ? BY_RULE : by,
                "account.lifted",
                subject(action.actionId()),
                Map.of("for", why.name()));
        publish(handle, tenant, action, ActionState.LIFTED, by, reason, now);
    }

    static void publish(
            Handle handle,
            String tenant,
            Row action,
            ActionState state,
            @Nullable String by,
            @Nullable String reason,
            Instant now) {
        var left = new AtomicInteger(MOST_BYTES);
        List<ActionGround> grounds = grounds(handle, tenant, action.actionId()).stream()
                .sorted(Comparator.comparing(Ground::weight)
                        .reversed()
                        .thenComparing(Ground::at, Comparator.reverseOrder()))
                .limit(MOST_PUBLISHED)
                .takeWhile(ground -> left.addAndGet(-ground.bytes()) >= 0)
                .map(ground -> ActionGround.newBuilder()
                        .setImageId(ground.imageId())
                        .setContentSha256(ground.contentSha256().isEmpty() ? null : ground.contentSha256())
                        .setLabels(ground.labels())
                        .setDecidedBy(ground.decidedBy())
                        .setAt(ground.at().truncatedTo(ChronoUnit.MILLIS))
                        .setWeight(ground.weight())
                        .build())
                .toList();
        var event = UploaderAction.newBuilder()
                .setTenant(tenant)
                .setUploaderId(action.uploaderId())
                .setStrikes(action.score())
                .setAt(now.truncatedTo(ChronoUnit.MILLIS))
                .setEnforcement(Enforcement.newBuilder()
                        .setActionId(action.actionId().toString())
                        .setAction(AccountAction.valueOf(action.action().name()))
                        .setState(state)
                        .setUntil(action.until() == null ? null : action.until().truncatedTo(ChronoUnit.MILLIS))
                        .setBy(by)
                        .setRule(action.rule())
                        .setPolicyVersion(action.policyVersion())
                        .setReason(reason)
                        .setGrounds(grounds)
                        .build())
                .build();
        UUID row = UUID.nameUUIDFromBytes(
                (action.actionId() + " " + state).getBytes(StandardCharsets.UTF_8)); // each state comes once
        Outbox.add(handle, tenant, row, Outbox.Kind.ACTION, event, Context.current());
    }

    private static void insert(Handle handle, String tenant, Row action, @Nullable String reason) {
        handle.createUpdate("""
                INSERT INTO account_action (tenant, action_id, uploader_id, action, rule, policy_version, score, threshold,
                taken_by, reason, taken_at, until) VALUES (:tenant, :actionId, :uploaderId, :action, :rule,
                :policyVersion, :score, :threshold, :takenBy, :reason, :takenAt, :until)""")
                .bind("tenant", tenant)
                .bind("actionId", action.actionId())
                .bind("uploaderId", action.uploaderId())
                .bind("action", action.action())
                .bind("rule", action.rule())
                .bind("policyVersion", action.policyVersion())
                .bind("score", action.score())
                .bind("threshold", action.threshold())
                .bind("takenBy", action.takenBy())
                .bind("reason", reason)
                .bind("takenAt", action.takenAt())
                .bind("until", action.until())
                .execute();
    }

    /** Rules, people and appeals of one uploader come one after another. */
    private static void lock(Handle handle, String tenant, String uploaderId) {
        handle.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 24))", tenant + "\n" + uploaderId);
    }

    /**
     * The action, whose uploader is locked until the transaction ends.
     *
     * @throws ProblemException where there is none
     */
    static Row lock(Handle handle, String tenant, UUID actionId) {
        lock(handle, tenant, find(handle, tenant, actionId).uploaderId());
        return find(handle, tenant, actionId);
    }

    private static Row find(Handle handle, String tenant, UUID actionId) {
        return handle.select("SELECT * FROM account_action WHERE tenant = ? AND action_id = ?", tenant, actionId)
                .map(ConstructorMapper.of(Row.class))
                .findOne()
                .orElseThrow(() -> Problem.NOT_FOUND.with("There is no action " + actionId + "."));
    }

    private static List<Row> actions(Handle handle, String tenant, String uploaderId) {
        return handle.select(
                        "SELECT * FROM account_action WHERE tenant = ? AND uploader_id = ? ORDER BY taken_at",
                        tenant,
                        uploaderId)
                .map(ConstructorMapper.of(Row.class))
                .list();
    }

    static List<Strike> strikes(Handle handle, String tenant, String uploaderId) {
        return handle.select("""
                SELECT * FROM account_strike WHERE tenant = ? AND uploader_id = ? AND taken_back_at IS NULL
                ORDER BY at DESC LIMIT ?""", tenant, uploaderId, MOST_STRIKES)
                .map(ConstructorMapper.of(Strike.class))
                .list();
    }

    /** With the labels that the strike has now; a strike that is past its retention holds as it was. */
    private static List<Ground> grounds(Handle handle, String tenant, UUID actionId) {
        return handle.select("""
                SELECT ground.*, strike.taken_back_at IS NOT NULL AS taken_back,
                coalesce(strike.labels, ground.labels) AS present FROM account_ground ground
                LEFT JOIN account_strike strike USING (tenant, image_id, content_sha256)
                WHERE tenant = ? AND action_id = ?""", tenant, actionId)
                .map(ConstructorMapper.of(Ground.class))
                .list();
    }

    private static Set<List<Object>> used(Handle handle, String tenant, List<UUID> actions) {
        if (actions.isEmpty()) {
            return Set.of();
        }
        return new HashSet<>(handle.createQuery("""
                SELECT image_id, content_sha256, at FROM account_ground
                WHERE tenant = :tenant AND action_id = ANY (:actions)""")
                .bind("tenant", tenant)
                .bindArray("actions", UUID.class, actions)
                .map((row, context) -> List.<Object>of(
                        row.getString(1), row.getString(2), row.getTimestamp(3).toInstant()))
                .list());
    }

    /** A content that is flagged again after it was overturned is another strike. */
    private static List<Object> identity(Strike strike) {
        return List.of(strike.imageId(), strike.contentSha256(), strike.at());
    }

    static Instant now(Handle handle) {
        return handle.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one();
    }

    static String subject(UUID actionId) {
        return "account-action/" + actionId;
    }

    static void requireWords(String what, String words) {
        Problem.BAD_PARAMETER.when(
                words == null || words.isBlank() || words.length() > MOST_WORDS || words.indexOf('\0') >= 0,
                what + " has 1 to " + MOST_WORDS + " characters, and not only blanks.");
    }

    static void requireId(String uploaderId) {
        Problem.BAD_PARAMETER.when(
                uploaderId.isBlank()
                        || UploadIds.bytes(uploaderId) > UploadIds.MAX_BYTES
                        || uploaderId.indexOf('\0') >= 0,
                "An uploader's id has 1 to " + UploadIds.MAX_BYTES + " bytes in UTF-8, none of them U+0000.");
    }

    /** How many uploaders wait for their rules. */
    long due() {
        return database.acrossTenants(
                handle -> handle.createQuery("SELECT count(DISTINCT (tenant, uploader_id)) FROM account_due")
                        .mapTo(Long.class)
                        .one());
    }
}
