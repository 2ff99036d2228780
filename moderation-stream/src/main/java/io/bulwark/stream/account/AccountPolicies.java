package io.bulwark.stream.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.account.AccountPolicy.Rule;
import io.bulwark.stream.account.AccountPolicy.StrikeWeight;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import io.bulwark.stream.review.Person;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** The account policies of tenants, version by version. Thread-safe. */
@Singleton
public final class AccountPolicies {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_VERSIONS = 100;

    private final Database database;

    public AccountPolicies(Database database) {
        this.database = database;
    }

    private record Row(long version, String strikes, String rules, String changedBy, Instant changedAt) {

        AccountPolicy policy() {
            try {
                return new AccountPolicy(
                        version,
                        JSON.readValue(strikes, new TypeReference<List<StrikeWeight>>() {}),
                        JSON.readValue(rules, new TypeReference<List<Rule>>() {}),
                        changedBy,
                        changedAt);
            } catch (JsonProcessingException foreign) {
                throw new IllegalStateException("Version " + version + " of an account policy cannot be read", foreign);
            }
        }
    }

    /** The policy that holds. */
    public AccountPolicy latest(Person person) {
        return database.inTenant(person.tenant(), handle -> latest(handle, person.tenant()));
    }

    static AccountPolicy latest(Handle handle, String tenant) {
        return handle.select("SELECT * FROM account_policy WHERE tenant = ? ORDER BY version DESC LIMIT 1", tenant)
                .map(ConstructorMapper.of(Row.class))
                .findOne()
                .map(Row::policy)
                .orElse(AccountPolicy.NONE);
    }

    static AccountPolicy version(Handle handle, String tenant, long version) {
        return handle.select("SELECT * FROM account_policy WHERE tenant = ? AND version = ?", tenant, version)
                .map(ConstructorMapper.of(Row.class))
                .one()
                .policy();
    }

    /** The last {@value #MOST_VERSIONS} versions, latest first. */
    public List<AccountPolicy> versions(Person person) {
        return database.list(
                person.tenant(),
                handle -> handle
                        .select(
                                "SELECT * FROM account_policy WHERE tenant = ? ORDER BY version DESC LIMIT ?",
                                person.tenant(),
                                MOST_VERSIONS)
                        .map(ConstructorMapper.of(Row.class))
                        .list()
                        .stream()
                        .map(Row::policy)
                        .toList());
    }

    /**
     * Makes the next version. It judges what is decided from now on; actions that were taken by another version stand.
     *
     * @param given its version is the one that it was made from
     * @throws ProblemException where another version was made meanwhile, or a value is not allowed
     */
    public AccountPolicy change(Person person, AccountPolicy given) {
        given.check();
        return database.inTenant(person.tenant(), handle -> {
            handle.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(?, 23))", "account policy of " + person.tenant());
            long held = latest(handle, person.tenant()).version();
            if (held != given.version()) {
                throw Problem.ACCOUNT_POLICY_CHANGED.with("The account policy has version " + held + " now, and not "
                        + given.version() + ". Load it again and repeat the change.");
            }
            handle.execute(
                    """
                    INSERT INTO account_policy (tenant, version, strikes, rules, changed_by)
                    VALUES (?, ?, CAST(? AS jsonb), CAST(? AS jsonb), ?)""", person.tenant(), held + 1, written(given.strikes()), written(given.rules()), person.name());
            AuditLog.append(
                    handle,
                    person.tenant(),
                    person.name(),
                    "account-policy.changed",
                    "account-policy/" + (held + 1),
                    Map.of("rules", given.rules().size()));
            return latest(handle, person.tenant());
        });
    }

    private static String written(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException defect) {
            throw new IllegalStateException(defect);
        }
    }
}
