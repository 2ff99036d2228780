package io.bulwark.stream.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.events.ActionState;
import io.bulwark.stream.account.AccountActions.LiftedFor;
import io.bulwark.stream.account.AccountActions.Row;
import io.bulwark.stream.account.AccountPolicy.Action;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Person;
import jakarta.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * Appeals against actions on accounts. Each action is appealed against once, and a senior who had no part in it
 * answers. Thread-safe.
 */
@Singleton
public final class AccountAppeals {

    private static final int MOST_LISTED = 100;

    /** Whether a person took the action, or decided what it rests on; what they took back does not count. */
    private static final String HAD_PART = """
            (action.taken_by IS NOT DISTINCT FROM :person OR EXISTS (SELECT FROM account_ground ground
            WHERE ground.tenant = action.tenant AND ground.action_id = action.action_id
            AND (ground.decided_by = :person OR EXISTS (SELECT FROM decision made WHERE made.tenant = ground.tenant
            AND made.image_id = ground.image_id AND made.content_sha256 = ground.content_sha256
            AND made.reviewer = :person AND made.kind IN ('PROPOSED', 'DECIDED') AND NOT EXISTS (SELECT FROM decision taken
            WHERE taken.tenant = made.tenant AND taken.item_id = made.item_id AND taken.kind = 'UNDONE'
            AND taken.replaces = made.decision_id)))))""";

    private final Database database;

    public AccountAppeals(Database database) {
        this.database = database;
    }

    /**
     * An appeal that waits.
     *
     * @param rule null where a person took the action
     * @param mine whether the person who asks may answer it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "AccountAppealDocument")
    public record Waiting(
            UUID actionId,
            String uploaderId,
            @Schema(implementation = String.class) Action action,
            @Nullable String rule,
            @Schema(implementation = String.class) Instant takenAt,
            @Nullable @Schema(implementation = String.class) Instant until,
            String words,
            @Schema(implementation = String.class) Instant at,
            boolean mine) {}

    /**
     * Takes in an appeal, as the platform passes it on. The same again is once.
     *
     * @throws ProblemException where the person had a part in the action, it does not stand, or an appeal against it
     *     was answered or has other words
     */
    public void take(Person person, UUID actionId, String words) {
        AccountActions.requireWords("An appeal", words);
        database.inTenant(person.tenant(), handle -> {
            Row action = AccountActions.lock(handle, person.tenant(), actionId);
            if (!action.stands(AccountActions.now(handle))) {
                throw Problem.ALREADY_DECIDED.with("The action does not hold any more.");
            }
            Problem.NOT_ALLOWED.when(
                    hadPart(handle, person, actionId),
                    "You took this action or decided what it rests on: another person takes in the appeal.");
            int added = handle.execute("""
                    INSERT INTO account_appeal (tenant, action_id, uploader_id, words, taken_in_by)
                    VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""", person.tenant(), actionId, action.uploaderId(), words, person.name());
            if (added > 0) {
                log(handle, person, "account.appealed", actionId, Map.of());
            } else if (!isOpen(handle, person.tenant(), actionId)) {
                throw Problem.ALREADY_DECIDED.with("A senior answered the appeal against this action.");
            } else if (!words(handle, person.tenant(), actionId).equals(words)) {
                throw Problem.ALREADY_DECIDED.with("An appeal with other words against this action waits.");
            }
            return null;
        });
    }

    /** The oldest appeals that wait, at most {@value #MOST_LISTED}. */
    public List<Waiting> waiting(Person person) {
        return database.list(
                person.tenant(),
                handle -> handle.createQuery(
                                "SELECT appeal.action_id, appeal.uploader_id, action.action, action.rule,"
                                        + " action.taken_at, action.until, appeal.words, appeal.at, NOT " + HAD_PART
                                        + " AS mine"
                                        + " FROM account_appeal appeal JOIN account_action action USING (tenant, action_id)"
                                        + " WHERE appeal.tenant = :tenant AND appeal.answer IS NULL ORDER BY appeal.at LIMIT :most")
                        .bind("tenant", person.tenant())
                        .bind("person", person.name())
                        .bind("most", MOST_LISTED)
                        .map(ConstructorMapper.of(Waiting.class))
                        .list());
    }

    /**
     * A senior answers an appeal: it lifts the action or keeps it, and that is final.
     *
     * @throws ProblemException where the person had a part in the action, or no appeal waits
     */
    public void answer(Person person, UUID actionId, boolean lifted, String reason) {
        Problem.NOT_ALLOWED.when(!person.isSenior(), "Only a senior answers appeals.");
        AccountActions.requireWords("A reason", reason);
        database.inTenant(person.tenant(), handle -> {
            Row action = AccountActions.lock(handle, person.tenant(), actionId);
            Problem.ALREADY_DECIDED.when(
                    !isOpen(handle, person.tenant(), actionId), "No appeal against this action waits.");
            Problem.NOT_ALLOWED.when(
                    hadPart(handle, person, actionId),
                    "You took this action or decided what it rests on: another senior answers the appeal.");
            Instant now = AccountActions.now(handle);
            if (lifted) {
                AccountActions.lift(handle, person.tenant(), action, LiftedFor.APPEAL, person, reason, now);
            } else {
                handle.execute("""
                        UPDATE account_appeal SET answer = 'KEPT', answered_by = ?, answered_at = ?, reason = ?
                        WHERE tenant = ? AND action_id = ?""", person.name(), now, reason, person.tenant(), actionId);
                log(handle, person, "account.kept", actionId, Map.of());
                AccountActions.publish(handle, person.tenant(), action, ActionState.KEPT, person.name(), reason, now);
            }
            return null;
        });
    }

    private static boolean hadPart(Handle handle, Person person, UUID actionId) {
        return handle.createQuery(
                        "SELECT " + HAD_PART + " FROM account_action action WHERE tenant = :tenant AND action_id = :id")
                .bind("tenant", person.tenant())
                .bind("person", person.name())
                .bind("id", actionId)
                .mapTo(Boolean.class)
                .one();
    }

    private static String words(Handle handle, String tenant, UUID actionId) {
        return handle.select("SELECT words FROM account_appeal WHERE tenant = ? AND action_id = ?", tenant, actionId)
                .mapTo(String.class)
                .one();
    }

    private static boolean isOpen(Handle handle, String tenant, UUID actionId) {
        return handle.select("""
                SELECT EXISTS (SELECT FROM account_appeal WHERE tenant = ? AND action_id = ?
                AND answer IS NULL)""", tenant, actionId).mapTo(Boolean.class).one();
    }

    private static void log(Handle handle, Person person, String what, UUID actionId, Map<String, ?> details) {
        AuditLog.append(handle, person.tenant(), person.name(), what, AccountActions.subject(actionId), details);
    }
}
