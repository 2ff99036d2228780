package io.bulwark.perception.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.Policies.TenantPolicy;
import io.bulwark.perception.verdict.PolicySettings.LabelRule;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class DeciderTest {

    private static final int DIMENSION = 8;
    private static final String[] LABELS = {"gore", "weapons", "art", "cats", "dogs"};

    /** Labels, scores, margin and decision of random images by random banks and policies, as the definition has them. */
    @Property(tries = 200)
    void decidesRandomImagesByRandomBanksAsTheDefinitionSays(@ForAll long seed) {
        Random random = new Random(seed);
        List<LabelledEmbedding> references = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(60); i++) {
            references.add(new LabelledEmbedding("r-%03d".formatted(i), LABELS[random.nextInt(5)], row(random)));
        }
        PolicySettings settings = settings(random);
        List<SeenView> views = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(4); i++) {
            views.add(new SeenView("view-" + i, row(random), new float[0]));
        }

        Judgement judgement;
        try (MatrixBank bank = MatrixBank.of("model", references)) {
            judgement = new Decider(List.of())
                    .decide(
                            bank,
                            Policies.always(new VotingPolicy(settings)),
                            new SeenImage("t", ContentHashes.NONE, views))
                    .judgement();
        }

        List<Slow> slow =
                views.stream().map(view -> new Slow(view, references, settings)).toList();
        Slow worst = slow.stream()
                .reduce((first, second) -> second.isWorseThan(first) ? second : first)
                .orElseThrow();
        assertThat(judgement.outcome()).isEqualTo(worst.outcome);
        assertThat(judgement.score()).isEqualTo(worst.score, within(1e-5));
        // Views may tie but for rounding: the one that is named has to be as bad as any, and all else is about it.
        Slow named = slow.get(judgement.worstView());
        assertThat(named.outcome).isEqualTo(worst.outcome);
        assertThat(named.score).isEqualTo(worst.score, within(1e-5));
        assertThat(judgement.viewScores()).hasSameSizeAs(views);
        assertThat(named.margins())
                .anySatisfy(margin -> assertThat(judgement.margin()).isEqualTo(margin, within(1e-5)));
        Map<String, Double> shares = new HashMap<>();
        judgement.labels().forEach(each -> shares.put(each.label(), each.score()));
        assertThat(shares.keySet()).isEqualTo(named.shares.keySet());
        shares.forEach((label, share) -> assertThat(share).as(label).isEqualTo(named.shares.get(label), within(1e-5)));
    }

    @Test
    void eachImageIsDecidedByItsTenantsPolicyAndItsShadow() {
        VotingPolicy lax = new VotingPolicy(PolicySettings.flagging(Set.of("gore")), "lax");
        VotingPolicy strict = new VotingPolicy(lax.settings().with(new Thresholds(0.3, 0.1), Map.of()), "strict");
        Policies policies =
                tenant -> tenant.equals("kids") ? new TenantPolicy(strict, Optional.of(lax)) : TenantPolicy.of(lax);
        float[] picture = {1, 0, 0, 0, 0, 0, 0, 0};
        float[] other = {0.9f, (float) Math.sqrt(1 - 0.81), 0, 0, 0, 0, 0, 0};
        List<LabelledEmbedding> references = List.of(
                new LabelledEmbedding("a", "gore", other),
                new LabelledEmbedding("b", "cats", other),
                new LabelledEmbedding("c", "cats", other));
        List<SeenImage> images = List.of(image("kids", picture), image("others", picture));

        try (MatrixBank bank = MatrixBank.of("model", references)) {
            List<ScoredImage> decided = new Decider(List.of()).decide(bank, policies, images);

            assertThat(decided.get(0).judgement().outcome()).isEqualTo(Outcome.NSFW);
            assertThat(decided.get(0).policyVersion()).isEqualTo("strict");
            assertThat(decided.get(0).shadow()).hasValueSatisfying(shadow -> {
                assertThat(shadow.judgement().outcome()).isEqualTo(Outcome.SAFE);
                assertThat(shadow.policyVersion()).isEqualTo("lax");
            });
            assertThat(decided.get(1).judgement().outcome()).isEqualTo(Outcome.SAFE);
            assertThat(decided.get(1).shadow()).isEmpty();
        }
    }

    private static SeenImage image(String tenant, float[] embedding) {
        return new SeenImage(tenant, ContentHashes.NONE, List.of(new SeenView("whole", embedding, new float[0])));
    }

    private static float[] row(Random random) {
        float[] row = new float[DIMENSION];
        double squares = 0;
        for (int d = 0; d < DIMENSION; d++) {
            row[d] = (float) random.nextGaussian();
            squares += row[d] * row[d];
        }
        for (int d = 0; d < DIMENSION; d++) {
            row[d] /= (float) Math.sqrt(squares);
        }
        return row;
    }

    /** Flagged labels together, a label with its own thresholds, a reviewed one; no known content. */
    private static PolicySettings settings(Random random) {
        double safe = 0.1 + random.nextDouble() * 0.3;
        Map<String, LabelRule> rules = new HashMap<>();
        rules.put("gore", LabelRule.of(Action.FLAG));
        rules.put("weapons", new LabelRule(Action.FLAG, Optional.of(new Thresholds(safe + 0.3, safe / 2))));
        rules.put("art", LabelRule.of(Action.REVIEW));
        return new PolicySettings(
                1 + random.nextInt(15),
                0.05 + random.nextDouble(),
                random.nextDouble() * 0.6,
                PolicySettings.NEVER_KNOWN,
                new Thresholds(safe + 0.2, safe),
                rules,
                Unfamiliar.REVIEW,
                Set.of());
    }

    /** One view, decided slowly. */
    private static final class Slow {

        private final Map<String, Double> shares = new HashMap<>();
        private Outcome outcome = Outcome.SAFE;
        private double score;
        private final List<Thresholds> deciding = new ArrayList<>();

        Slow(SeenView view, List<LabelledEmbedding> references, PolicySettings settings) {
            Map<LabelledEmbedding, Double> cosines = new HashMap<>();
            references.forEach(reference -> cosines.put(reference, cosine(view.embedding(), reference.embedding())));
            List<LabelledEmbedding> nearest = references.stream()
                    .sorted(Comparator.<LabelledEmbedding>comparingDouble(cosines::get)
                            .reversed()
                            .thenComparing(LabelledEmbedding::id))
                    .limit(settings.k())
                    .toList();
            double all = 0;
            for (LabelledEmbedding reference : nearest) {
                double weight = Math.exp(cosines.get(reference) / settings.temperature());
                shares.merge(reference.label(), weight, Double::sum);
                all += weight;
            }
            double sum = all;
            shares.replaceAll((label, weight) -> weight / sum);
            double gore = shares.getOrDefault("gore", 0.0);
            double weapons = shares.getOrDefault("weapons", 0.0);
            double art = shares.getOrDefault("art", 0.0);
            if (cosines.get(nearest.get(0)) < settings.floor()) {
                take(Outcome.REVIEW, gore + weapons + art, settings.thresholds());
                return;
            }
            Thresholds ofWeapons = settings.thresholds("weapons");
            score = -1;
            take(outcome(weapons, ofWeapons), weapons, ofWeapons);
            take(outcome(gore, settings.thresholds()), gore, settings.thresholds());
            Outcome ofArt = outcome(art, settings.thresholds());
            take(ofArt == Outcome.NSFW ? Outcome.REVIEW : ofArt, art, settings.thresholds());
        }

        private static Outcome outcome(double score, Thresholds thresholds) {
            return score >= thresholds.flag()
                    ? Outcome.NSFW
                    : score <= thresholds.safe() ? Outcome.SAFE : Outcome.REVIEW;
        }

        private void take(Outcome next, double nextScore, Thresholds thresholds) {
            boolean tied = next == outcome && Math.abs(nextScore - score) < 1e-9;
            if (next.isWorseThan(outcome) || next == outcome && nextScore > score && !tied) {
                outcome = next;
                score = nextScore;
                deciding.clear();
                deciding.add(thresholds);
            } else if (tied) {
                deciding.add(thresholds);
            }
        }

        /** Distance to the nearer threshold; of groups that tie, each one's. */
        List<Double> margins() {
            return deciding.stream()
                    .map(thresholds ->
                            Math.min(Math.abs(score - thresholds.flag()), Math.abs(score - thresholds.safe())))
                    .toList();
        }

        boolean isWorseThan(Slow other) {
            return outcome.isWorseThan(other.outcome) || outcome == other.outcome && score > other.score;
        }

        private static double cosine(float[] a, float[] b) {
            double sum = 0;
            for (int d = 0; d < a.length; d++) {
                sum += (double) a[d] * b[d];
            }
            return sum;
        }
    }
}
