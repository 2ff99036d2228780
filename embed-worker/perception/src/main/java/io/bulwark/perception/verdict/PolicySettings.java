package io.bulwark.perception.verdict;

import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All that a {@link VotingPolicy} depends on besides the evidence.
 *
 * @param k neighbours that vote, 1 to {@value #MOST_K}
 * @param temperature of the similarity weights, {@value #LEAST_TEMPERATURE} to {@value #MOST_TEMPERATURE}; the smaller, the
 *     more the nearest count
 * @param floor below this similarity of the nearest neighbour a view is unfamiliar, in [-1, 1]
 * @param knownSimilarity from this similarity to a reference on, an image is a copy of it; above 1 no image is, but for
 *     equal hashes
 * @param thresholds of all labels that have none of their own, and of the head
 * @param labels what is done about the labels of the bank; at least one is flagged or reviewed
 * @param unfamiliar who decides unfamiliar views
 * @param flaggedClasses classes of the head that are flagged; only asked with {@link Unfamiliar#HEAD}
 */
public record PolicySettings(
        int k,
        double temperature,
        double floor,
        double knownSimilarity,
        Thresholds thresholds,
        Map<String, LabelRule> labels,
        Unfamiliar unfamiliar,
        Set<String> flaggedClasses) {

    /** The most neighbours that a search keeps for every view. */
    public static final int MOST_K = 1000;

    public static final double LEAST_TEMPERATURE = 1e-4;
    public static final double MOST_TEMPERATURE = 100;

    public static final int DEFAULT_K = 11;
    public static final double DEFAULT_TEMPERATURE = 0.07;
    public static final double DEFAULT_FLOOR = 0.5;
    public static final double DEFAULT_KNOWN_SIMILARITY = 0.99;
    /** A {@code knownSimilarity} that no image reaches. */
    public static final double NEVER_KNOWN = 2;

    public static final Thresholds DEFAULT_THRESHOLDS = new Thresholds(0.6, 0.4);
    /** NSFWJS's classes that are unfit for work. */
    public static final Set<String> DEFAULT_FLAGGED_CLASSES = Set.of("Hentai", "Porn", "Sexy");

    public PolicySettings {
        if (k < 1 || k > MOST_K) {
            throw new IllegalArgumentException(
                    "bulwark.policy.k is " + k + ", allowed are 1 to " + MOST_K + " neighbours");
        }
        if (!(temperature >= LEAST_TEMPERATURE && temperature <= MOST_TEMPERATURE)) {
            throw new IllegalArgumentException("bulwark.policy.temperature is " + temperature + ", allowed is "
                    + LEAST_TEMPERATURE + " to " + MOST_TEMPERATURE + " (`bulwark bank calibrate` finds one)");
        }
        if (!(floor >= -1 && floor <= 1)) {
            throw new IllegalArgumentException(
                    "bulwark.policy.floor is " + floor + ", allowed is a cosine from -1 (never unfamiliar) to 1");
        }
        if (!(knownSimilarity > 0 && knownSimilarity <= NEVER_KNOWN)) {
            throw new IllegalArgumentException("bulwark.policy.known-similarity is " + knownSimilarity
                    + ", allowed is a cosine above 0, or up to " + NEVER_KNOWN + " for never");
        }
        if (labels.values().stream().allMatch(rule -> rule.action() == Action.IGNORE)) {
            throw new IllegalArgumentException("bulwark.policy.flagged-labels is empty, at least one label of the bank "
                    + "must be flagged, or reviewed by bulwark.policy.labels");
        }
        if (unfamiliar == Unfamiliar.HEAD && flaggedClasses.isEmpty()) {
            throw new IllegalArgumentException("bulwark.policy.unfamiliar is head, so at least one class of the head "
                    + "must be flagged in bulwark.policy.flagged-classes");
        }
        labels = Map.copyOf(labels);
        flaggedClasses = Set.copyOf(flaggedClasses);
    }

    /** The default settings with these labels flagged. */
    public static PolicySettings flagging(Set<String> flaggedLabels) {
        return new PolicySettings(
                DEFAULT_K,
                DEFAULT_TEMPERATURE,
                DEFAULT_FLOOR,
                DEFAULT_KNOWN_SIMILARITY,
                DEFAULT_THRESHOLDS,
                flagged(flaggedLabels),
                Unfamiliar.REVIEW,
                DEFAULT_FLAGGED_CLASSES);
    }

    /** The rules of labels that are flagged together. */
    public static Map<String, LabelRule> flagged(Set<String> labels) {
        return labels.stream().collect(Collectors.toMap(label -> label, label -> LabelRule.of(Action.FLAG)));
    }

    /** These settings with other thresholds, and rules that replace those of the same labels. */
    public PolicySettings with(Thresholds thresholds, Map<String, LabelRule> rules) {
        Map<String, LabelRule> all = new TreeMap<>(labels);
        all.putAll(rules);
        return new PolicySettings(k, temperature, floor, knownSimilarity, thresholds, all, unfamiliar, flaggedClasses);
    }

    /** What is done about a label. */
    public Action action(String label) {
        return rule(label).action();
    }

    LabelRule rule(String label) {
        return labels.getOrDefault(label, LabelRule.of(Action.IGNORE));
    }

    /** The labels that an image is flagged for, in their order. */
    public Set<String> flaggedLabels() {
        return labels.entrySet().stream()
                .filter(rule -> rule.getValue().action() == Action.FLAG)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The labels that an image is flagged or reviewed for, in their order. */
    public Set<String> watchedLabels() {
        return labels.entrySet().stream()
                .filter(rule -> rule.getValue().action() != Action.IGNORE)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Thresholds of a label: its own where it has some. */
    Thresholds thresholds(String label) {
        return Optional.ofNullable(labels.get(label))
                .flatMap(LabelRule::thresholds)
                .orElse(thresholds);
    }

    /** Who decides a view to which nothing in the bank is near. */
    public enum Unfamiliar {
        /** A person: REVIEW. */
        REVIEW,
        /** The package's classifier head; a person where the package has none. */
        HEAD
    }

    /**
     * What becomes of an image that shows a label.
     *
     * @param action what is done
     * @param thresholds of this label alone; empty where it is judged together with the others of its action, by the
     *     sum of their scores
     */
    public record LabelRule(Action action, Optional<Thresholds> thresholds) {

        /** What is done about a label. */
        public enum Action {
            /** NSFW where the score says so. */
            FLAG,
            /** A person looks: never more than REVIEW. */
            REVIEW,
            /** Nothing. A label without a rule is ignored, too. */
            IGNORE
        }

        /** The rule that is judged together with the others of its action. */
        public static LabelRule of(Action action) {
            return new LabelRule(action, Optional.empty());
        }
    }

    /**
     * Where scores turn into decisions.
     *
     * @param flag a score from here on is NSFW, in (0, 1]
     * @param safe a score up to here is SAFE, in [0, flag)
     */
    public record Thresholds(double flag, double safe) {

        public Thresholds {
            if (!(flag > 0 && flag <= 1)) {
                throw new IllegalArgumentException("bulwark.policy.flag is " + flag
                        + ", allowed is above 0 up to 1 (a score from here on is NSFW)");
            }
            if (!(safe >= 0 && safe < flag)) {
                throw new IllegalArgumentException("bulwark.policy.safe is " + safe + ", allowed is from 0 to below "
                        + "bulwark.policy.flag, which is " + flag + " (a score up to here is SAFE)");
            }
        }

        /** The decision that a score stands for. */
        public Outcome outcome(double score) {
            if (score >= flag) {
                return Outcome.NSFW;
            }
            return score <= safe ? Outcome.SAFE : Outcome.REVIEW;
        }

        /** Distance of a score from the nearer threshold. */
        public double margin(double score) {
            return Math.min(Math.abs(score - flag), Math.abs(score - safe));
        }
    }
}
