package io.bulwark.stream.account;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import jakarta.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * A version of a tenant's account policy: what a strike weighs and what a score of strikes leads to.
 *
 * @param version counts from 1; 0 where a tenant has none
 * @param strikes the weight of each label; the label {@value #ANY} is every other one, and none
 * @param rules without a rule nothing happens to anyone
 * @param changedBy null where a tenant has none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "AccountPolicyDocument")
public record AccountPolicy(
        long version,
        List<StrikeWeight> strikes,
        List<Rule> rules,
        @Nullable String changedBy,
        @Nullable @Schema(implementation = String.class) Instant changedAt) {

    static final AccountPolicy NONE = new AccountPolicy(0, List.of(), List.of(), null, null);

    /** Every label that is not listed. */
    static final String ANY = "*";

    private static final int MOST_WEIGHTS = 200;
    private static final int MOST_RULES = 50;
    private static final int MOST_LETTERS = 200;
    private static final double MOST_WEIGHT = 1_000;
    private static final double MOST_THRESHOLD = 1_000_000;
    private static final long LONGEST_SECONDS = Duration.ofDays(3660).toSeconds();

    /** Sums of fractions are exact enough for a threshold that they reach by a whole number of strikes. */
    static final double CLOSE = 1e-9;

    /** What is done about an account, from the mildest on. What each is on the platform is the platform's. */
    public enum Action {
        WARN,
        LIMIT,
        SUSPEND,
        BAN
    }

    /**
     * What a strike of a label weighs.
     *
     * @param weight at first, 0 to 1,000
     * @param halfLifeSeconds after which it weighs half as much, and so on; null: it does not fade
     * @param expiresAfterSeconds after which it weighs nothing; null: it does not end
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "StrikeWeightDocument")
    public record StrikeWeight(
            String label,
            double weight,
            @Nullable Long halfLifeSeconds,
            @Nullable Long expiresAfterSeconds) {

        private double at(Duration age) {
            double seconds = Math.max(0, age.toMillis() / 1000.0);
            if (expiresAfterSeconds != null && seconds >= expiresAfterSeconds) {
                return 0;
            }
            return halfLifeSeconds == null ? weight : weight * Math.pow(0.5, seconds / halfLifeSeconds);
        }
    }

    /**
     * An action and when it is taken.
     *
     * @param name unique in a policy
     * @param labels whose strikes count; null or empty for all
     * @param threshold the least score, above 0
     * @param durationSeconds for how long the action holds; null: until it is lifted
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @Schema(name = "AccountRuleDocument")
    public record Rule(
            String name,
            Action action,
            @Nullable List<String> labels,
            double threshold,
            @Nullable Long durationSeconds) {

        List<String> counted() {
            return labels == null ? List.of() : labels;
        }

        @Nullable
        Instant end(Instant taken) {
            return durationSeconds == null ? null : taken.plusSeconds(durationSeconds);
        }
    }

    /**
     * A content that is NSFW in force.
     *
     * @param contentSha256 empty where nothing could be fetched
     * @param at when it was decided so
     */
    record Strike(String imageId, String contentSha256, List<String> labels, String decidedBy, Instant at) {

        Strike {
            labels = List.copyOf(labels);
        }
    }

    /**
     * What a strike weighs for a rule at an instant: as much as the heaviest of its labels that count.
     *
     * @return 0 where none counts
     */
    double weight(Strike strike, Rule rule, Instant now) {
        Duration age = Duration.between(strike.at(), now);
        if (strike.labels().isEmpty()) {
            return rule.counted().isEmpty() ? weightOf(ANY, age) : 0;
        }
        return strike.labels().stream()
                .filter(label -> rule.counted().isEmpty() || rule.counted().contains(label))
                .mapToDouble(label -> weightOf(label, age))
                .max()
                .orElse(0);
    }

    private double weightOf(String label, Duration age) {
        return strikes.stream()
                .filter(each -> each.label().equals(label))
                .findFirst()
                .or(() -> strikes.stream()
                        .filter(each -> each.label().equals(ANY))
                        .findFirst())
                .map(each -> each.at(age))
                .orElse(0.0);
    }

    /** @throws ProblemException where a value is not allowed */
    void check() {
        Problem.BAD_PARAMETER.when(
                strikes == null
                        || strikes.size() > MOST_WEIGHTS
                        || strikes.stream().anyMatch(Objects::isNull),
                "strikes has at most " + MOST_WEIGHTS + " labels with their weights.");
        Problem.BAD_PARAMETER.when(
                rules == null || rules.size() > MOST_RULES || rules.stream().anyMatch(Objects::isNull),
                "There are at most " + MOST_RULES + " rules.");
        Set<String> labels = new HashSet<>();
        for (StrikeWeight each : strikes) {
            requireName("A label", each.label());
            Problem.BAD_PARAMETER.when(!labels.add(each.label()), "The label " + each.label() + " is there twice.");
            Problem.BAD_PARAMETER.when(
                    !(each.weight() >= 0 && each.weight() <= MOST_WEIGHT),
                    "The weight of " + each.label() + " lies between 0 and " + (long) MOST_WEIGHT + ".");
            requireSeconds("halfLifeSeconds of " + each.label(), each.halfLifeSeconds());
            requireSeconds("expiresAfterSeconds of " + each.label(), each.expiresAfterSeconds());
        }
        Set<String> names = new HashSet<>();
        for (Rule rule : rules) {
            requireName("A rule's name", rule.name());
            Problem.BAD_PARAMETER.when(!names.add(rule.name()), "The rule " + rule.name() + " is there twice.");
            Problem.BAD_PARAMETER.when(
                    rule.action() == null, "The action of " + rule.name() + " is WARN, LIMIT, SUSPEND or BAN.");
            Problem.BAD_PARAMETER.when(
                    !(rule.threshold() > 0 && rule.threshold() <= MOST_THRESHOLD),
                    "The threshold of " + rule.name() + " lies above 0 and is at most " + (long) MOST_THRESHOLD + ".");
            Problem.BAD_PARAMETER.when(
                    rule.counted().size() > MOST_WEIGHTS, rule.name() + " has at most " + MOST_WEIGHTS + " labels.");
            rule.counted().forEach(label -> requireName("A label of " + rule.name(), label));
            requireSeconds("durationSeconds of " + rule.name(), rule.durationSeconds());
        }
    }

    private static void requireName(String what, String text) {
        Problem.BAD_PARAMETER.when(
                text == null || text.isBlank() || text.length() > MOST_LETTERS || text.indexOf('\0') >= 0,
                what + " has 1 to " + MOST_LETTERS + " characters, none of them U+0000.");
    }

    static void requireSeconds(String what, @Nullable Long seconds) {
        Problem.BAD_PARAMETER.when(
                seconds != null && (seconds < 1 || seconds > LONGEST_SECONDS),
                what + " lies between 1 and " + LONGEST_SECONDS + " (ten years).");
    }

    /** The account policies of tenants, version by version. Thread-safe. */
    @Singleton
    public static final class AccountPolicies {

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
                    throw new IllegalStateException(
                            "Version " + version + " of an account policy cannot be read", foreign);
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
         * Makes the next version. It judges what is decided from now on; actions that were taken by another version
         * stand.
         *
         * @param given its version is the one that it was made from
         * @throws ProblemException where another version was made meanwhile, or a value is not allowed
         */
        public AccountPolicy change(Person person, AccountPolicy given) {
            given.check();
            return database.inTenant(person.tenant(), handle -> {
                handle.execute(
                        "SELECT pg_advisory_xact_lock(hashtextextended(?, 23))",
                        "account policy of " + person.tenant());
                long held = latest(handle, person.tenant()).version();
                if (held != given.version()) {
                    throw Problem.ACCOUNT_POLICY_CHANGED.with("The account policy has version " + held
                            + " now, and not " + given.version() + ". Load it again and repeat the change.");
                }
                handle.execute(
                        """
                        INSERT INTO account_policy (tenant, version, strikes, rules, changed_by)
                        VALUES (?, ?, CAST(? AS jsonb), CAST(? AS jsonb), ?)""",
                        person.tenant(),
                        held + 1,
                        written(given.strikes()),
                        written(given.rules()),
                        person.name());
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
}
