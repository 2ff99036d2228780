package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.LabelScore;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LabelPolicyTest {

    private static final Thresholds SHARED = new Thresholds(0.6, 0.3);
    private static final String[] LABELS = {"gore", "weapons", "art", "cats"};

    @Test
    void flaggedLabelsAreJudgedTogetherSoThatSplittingThemDoesNotHelp() {
        Judgement judgement = decide(Map.of("gore", flag(), "weapons", flag()), "gore", "gore", "weapons", "cats");

        assertThat(judgement.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(judgement.score()).isEqualTo(0.75, within(1e-9));
        assertThat(judgement.decidingLabel()).contains("gore");
        assertThat(judgement.labels()).extracting(LabelScore::label).containsExactly("gore", "cats", "weapons");
        assertThat(judgement.labels())
                .extracting(LabelScore::action)
                .containsExactly(Action.FLAG, Action.IGNORE, Action.FLAG);
    }

    @Test
    void aLabelWithItsOwnThresholdsIsJudgedByItsOwnScore() {
        Map<String, LabelRule> rules =
                Map.of("gore", new LabelRule(Action.FLAG, Optional.of(new Thresholds(0.2, 0.1))), "weapons", flag());

        assertThat(decide(rules, "gore", "cats", "cats", "cats").outcome()).isEqualTo(Outcome.NSFW);
        assertThat(decide(rules, "weapons", "cats", "cats", "cats").outcome()).isEqualTo(Outcome.SAFE);
    }

    @Test
    void aReviewedLabelGoesToAPersonAndNeverFurther() {
        Judgement judgement = decide(Map.of("art", LabelRule.of(Action.REVIEW)), "art", "art", "art", "cats");

        assertThat(judgement.outcome()).isEqualTo(Outcome.REVIEW);
        assertThat(judgement.doubt()).contains(Doubt.LABEL);
        assertThat(judgement.decidingLabel()).contains("art");
    }

    @Test
    void theGravestLabelDecides() {
        Map<String, LabelRule> rules = Map.of("art", LabelRule.of(Action.REVIEW), "gore", flag());

        assertThat(decide(rules, "gore", "gore", "gore", "art").outcome()).isEqualTo(Outcome.NSFW);
        assertThat(decide(rules, "art", "art", "art", "gore").doubt()).contains(Doubt.LABEL);
    }

    @Test
    void aSafeImageIsAboutWhatItShowsMost() {
        Judgement judgement = decide(Map.of("gore", flag()), "cats", "cats", "cats", "gore");

        assertThat(judgement.outcome()).isEqualTo(Outcome.SAFE);
        assertThat(judgement.decidingLabel()).contains("cats");
    }

    @Test
    void theHeadsClassesAreTheLabelsWhereItDecides() {
        VotingPolicy policy = new VotingPolicy(new PolicySettings(
                4, 0.1, 0.5, 2, SHARED, Map.of("gore", flag()), Unfamiliar.HEAD, Set.of("Porn", "Sexy")));
        Opinion far = new Opinion(
                "whole",
                List.of(new Neighbour("r", "cats", 0.1f)),
                Map.of("Porn", 0.3f, "Sexy", 0.5f, "Neutral", 0.2f));

        Judgement judgement = policy.decide(List.of(far), List.of());

        assertThat(judgement.basis()).isEqualTo(Judgement.Basis.HEAD);
        assertThat(judgement.outcome()).isEqualTo(Outcome.NSFW);
        assertThat(judgement.decidingLabel()).contains("Sexy");
        assertThat(judgement.labels()).extracting(LabelScore::label).containsExactly("Sexy", "Porn", "Neutral");
        assertThat(judgement.turning()).isEqualTo(Turning.NONE);
    }

    @Test
    void anImageThatNothingIsNearHasNoLabel() {
        VotingPolicy policy = new VotingPolicy(
                new PolicySettings(4, 0.1, 0.5, 2, SHARED, Map.of("gore", flag()), Unfamiliar.REVIEW, Set.of("Porn")));

        Judgement judgement = policy.decide(
                List.of(new Opinion("whole", List.of(new Neighbour("r", "cats", 0.1f)), Map.of())), List.of());

        assertThat(judgement.doubt()).contains(Doubt.UNFAMILIAR);
        assertThat(judgement.decidingLabel()).isEmpty();
    }

    /** Scores, margin and outcome as a slow reader of the definition would compute them. */
    @Property(tries = 200)
    void labelScoresMarginAndDecisionAreThoseOfTheDefinition(@ForAll long seed) {
        Random random = new Random(seed);
        Case given = Case.random(random, 11);
        Judgement judgement = given.decide();

        double all = 0;
        Map<String, Double> shares = new HashMap<>();
        for (Neighbour neighbour : given.neighbours) {
            double weight = Math.exp(neighbour.similarity() / given.settings.temperature());
            shares.merge(neighbour.label(), weight, Double::sum);
            all += weight;
        }
        double sum = all;
        shares.replaceAll((label, weight) -> weight / sum);
        judgement
                .labels()
                .forEach(each ->
                        assertThat(each.score()).as(each.label()).isEqualTo(shares.get(each.label()), within(1e-9)));
        assertThat(judgement.labels()).hasSameSizeAs(shares.keySet());
        assertThat(judgement.labels())
                .isSortedAccordingTo(
                        Comparator.comparingDouble(LabelScore::score).reversed().thenComparing(LabelScore::label));

        Outcome worst = Outcome.SAFE;
        for (Map.Entry<Set<String>, Thresholds> group : given.groups().entrySet()) {
            double score = group.getKey().stream()
                    .mapToDouble(label -> shares.getOrDefault(label, 0.0))
                    .sum();
            boolean reviewed = group.getKey().contains("art");
            Outcome outcome = score >= group.getValue().flag()
                    ? reviewed ? Outcome.REVIEW : Outcome.NSFW
                    : score <= group.getValue().safe() ? Outcome.SAFE : Outcome.REVIEW;
            worst = outcome.isWorseThan(worst) ? outcome : worst;
        }
        assertThat(judgement.outcome()).isEqualTo(worst);
        assertThat(given.groups().values().stream()
                        .mapToDouble(each -> Math.min(
                                Math.abs(judgement.score() - each.flag()), Math.abs(judgement.score() - each.safe()))))
                .anySatisfy(margin -> assertThat(judgement.margin()).isEqualTo(margin, within(1e-9)));
    }

    /** Every relabelling of every subset of the neighbours, and every mixture of inserted labels, is tried. */
    @Property(tries = 200)
    void theLeastChangesThatTurnADecisionAreThoseOfExhaustiveSearch(@ForAll long seed) {
        Random random = new Random(seed);
        Case given = Case.random(random, 5);

        Turning turning = given.decide().turning();

        assertThat(turning.relabels()).isEqualTo(given.leastRelabels());
        assertThat(turning.insertions()).isEqualTo(given.leastInsertions());
    }

    /** A random view and policy. */
    private record Case(PolicySettings settings, List<Neighbour> neighbours) {

        static Case random(Random random, int k) {
            List<Neighbour> neighbours = new ArrayList<>();
            int count = 1 + random.nextInt(k);
            for (int i = 0; i < count; i++) {
                neighbours.add(new Neighbour("r-" + i, LABELS[random.nextInt(4)], 0.5f + random.nextFloat() / 2));
            }
            neighbours.sort(Comparator.comparing(Neighbour::similarity).reversed());
            Map<String, LabelRule> rules = new HashMap<>();
            rules.put("gore", flag());
            if (random.nextBoolean()) {
                rules.put("weapons", random.nextBoolean() ? flag() : new LabelRule(Action.FLAG, some(random)));
            }
            if (random.nextBoolean()) {
                rules.put(
                        "art",
                        random.nextBoolean()
                                ? LabelRule.of(Action.REVIEW)
                                : new LabelRule(Action.REVIEW, some(random)));
            }
            double[] temperatures = {0.01, 0.07, 0.5};
            return new Case(
                    new PolicySettings(
                            k,
                            temperatures[random.nextInt(3)],
                            -1,
                            PolicySettings.NEVER_KNOWN,
                            some(random).orElseThrow(),
                            rules,
                            Unfamiliar.REVIEW,
                            Set.of()),
                    neighbours);
        }

        private static Optional<Thresholds> some(Random random) {
            double safe = 0.05 + random.nextDouble() * 0.4;
            return Optional.of(new Thresholds(safe + 0.05 + random.nextDouble() * 0.4, safe));
        }

        Judgement decide() {
            return decide(neighbours);
        }

        private Judgement decide(List<Neighbour> changed) {
            return new VotingPolicy(settings).decide(List.of(new Opinion("whole", changed, Map.of())), List.of());
        }

        Map<Set<String>, Thresholds> groups() {
            Map<Set<String>, Thresholds> groups = new HashMap<>();
            LabelGroup.of(settings).forEach(group -> groups.put(group.labels(), group.thresholds()));
            return groups;
        }

        OptionalInt leastRelabels() {
            Outcome now = decide().outcome();
            int least = Integer.MAX_VALUE;
            int total = (int) Math.pow(4, neighbours.size());
            for (int code = 0; code < total; code++) {
                List<Neighbour> changed = new ArrayList<>();
                int relabels = 0;
                int rest = code;
                for (Neighbour neighbour : neighbours) {
                    String label = LABELS[rest % 4];
                    rest /= 4;
                    relabels += label.equals(neighbour.label()) ? 0 : 1;
                    changed.add(new Neighbour(neighbour.referenceId(), label, neighbour.similarity()));
                }
                if (relabels < least && outcome(changed) != now) {
                    least = relabels;
                }
            }
            return least == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(least);
        }

        OptionalInt leastInsertions() {
            Outcome now = decide().outcome();
            for (int count = 1; count <= settings.k(); count++) {
                for (int code = 0; code < (int) Math.pow(4, count); code++) {
                    List<Neighbour> changed = new ArrayList<>();
                    int rest = code;
                    for (int i = 0; i < count; i++) {
                        changed.add(new Neighbour("new-" + i, LABELS[rest % 4], 1));
                        rest /= 4;
                    }
                    changed.addAll(neighbours.subList(0, Math.min(neighbours.size(), settings.k() - count)));
                    if (outcome(changed) != now) {
                        return OptionalInt.of(count);
                    }
                }
            }
            return OptionalInt.empty();
        }

        private Outcome outcome(List<Neighbour> changed) {
            Ballot ballot = Ballot.of(changed, settings.temperature());
            return LabelGroup.worst(LabelGroup.of(settings), ballot::score).outcome();
        }
    }

    private static LabelRule flag() {
        return LabelRule.of(Action.FLAG);
    }

    private static Judgement decide(Map<String, LabelRule> rules, String... labels) {
        List<Neighbour> nearest = new ArrayList<>();
        for (String label : labels) {
            nearest.add(new Neighbour("r-" + nearest.size(), label, 0.9f));
        }
        VotingPolicy policy = new VotingPolicy(
                new PolicySettings(labels.length, 0.1, 0.5, 2, SHARED, rules, Unfamiliar.REVIEW, Set.of("Porn")));
        return policy.decide(List.of(new Opinion("whole", Collections.unmodifiableList(nearest), Map.of())), List.of());
    }
}
