package io.bulwark.stream.account;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.annotation.Nullable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

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
}
