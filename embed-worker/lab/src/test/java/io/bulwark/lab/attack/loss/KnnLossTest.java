package io.bulwark.lab.attack.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Norm;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KnnLossTest {

    private static final int DIMENSION = 16;
    private static final int[] THREE = {0, 1, 2};

    private final Random random = new Random(3);
    private final List<LabelledEmbedding> references = references();
    private final VotingPolicy policy = policy();
    private ReferenceGroups groups;
    private Bank bank;

    @BeforeEach
    void open() {
        groups = ReferenceGroups.byFlag("f", references, Set.of("nsfw"));
        bank = MatrixBank.of("f", references);
    }

    @AfterEach
    void close() {
        groups.close();
        bank.close();
    }

    @Test
    void slopesAreThoseOfDifferenceQuotients() {
        for (AttackGoal goal : AttackGoal.values()) {
            KnnLoss loss = KnnLoss.of(groups, goal, 3, 5, 0.5, new PolicyDecision(bank, policy, goal));
            Slopes.check(loss, embeddings(3), THREE, 5e-3);
        }
    }

    @Test
    void slopesLeadAlongTheRowOfAReferenceThatIsNear() {
        List<LabelledEmbedding> varied = references.stream()
                .map(reference -> reference.with(List.of(new ReferenceVariant("border", near(reference.label())))))
                .toList();
        try (Bank both = MatrixBank.of("f", varied);
                ReferenceGroups sides = ReferenceGroups.byFlag("f", varied, Set.of("nsfw"))) {
            for (AttackGoal goal : AttackGoal.values()) {
                KnnLoss loss = KnnLoss.of(sides, goal, 3, 5, 0.5, new PolicyDecision(both, policy, goal));
                Slopes.check(loss, embeddings(3), THREE, 5e-3);
            }
        }
    }

    @Test
    void climbingTheStandInFlipsTheRealDecisionBothWays() {
        for (AttackGoal goal : AttackGoal.values()) {
            float[] start = near(goal == AttackGoal.EVADE ? "nsfw" : "safe");
            PolicyDecision decision = new PolicyDecision(bank, policy, goal);
            KnnLoss loss = KnnLoss.of(groups, goal, 1, 5, 0.07, decision);
            assertThat(loss.evaluate(start, new int[1]).scores().fooled()).containsExactly(false);

            // Embeddings themselves are climbed: an encoder that is the identity, one pixel a dimension.
            float[] moved = start.clone();
            for (int step = 0; step < 400; step++) {
                float[] slope = loss.evaluate(moved, new int[1]).slope();
                for (int d = 0; d < moved.length; d++) {
                    moved[d] += 0.02f * slope[d];
                }
            }

            assertThat(loss.evaluate(moved, new int[1]).scores().fooled())
                    .as(goal.label())
                    .containsExactly(true);
        }
    }

    @Test
    void onlyTheRealDecisionSaysWhoIsFooled() {
        KnnLoss loss =
                KnnLoss.of(groups, AttackGoal.EVADE, 3, 5, 0.07, (units, samples) -> new boolean[] {true, false, true});

        assertThat(loss.evaluate(embeddings(3), THREE).scores().fooled()).containsExactly(true, false, true);
    }

    @Test
    void theDecisionIsAskedAboutRowsOfLengthOne() {
        List<Float> lengths = new ArrayList<>();
        KnnLoss loss = KnnLoss.of(groups, AttackGoal.EVADE, 3, 5, 0.07, (units, samples) -> {
            for (int row = 0; row < samples.length; row++) {
                lengths.add((float) Norm.L2.of(units, row * DIMENSION, DIMENSION));
            }
            return new boolean[samples.length];
        });

        loss.evaluate(embeddings(3), THREE);

        assertThat(lengths).hasSize(3).allSatisfy(length -> assertThat(length).isBetween(0.99999f, 1.00001f));
    }

    @Test
    void withOneGroupForEachLabelTheOthersAreAllTheOthers() {
        List<LabelledEmbedding> many = new ArrayList<>(references);
        many.add(new LabelledEmbedding("x", "third", unit()));
        try (ReferenceGroups byLabel = ReferenceGroups.byLabel("f", many)) {
            float[] query = many.get(many.size() - 1).embedding();
            KnnLoss loss = new KnnLoss(byLabel, new String[] {"safe"}, 1, 0.07, (units, samples) -> new boolean[1]);

            // k = 1: the nearest other is the query itself, at cosine 1.
            double nearestSafe = many.stream()
                    .filter(reference -> reference.label().equals("safe"))
                    .mapToDouble(reference -> UnitEmbedding.of(query).dot(reference.embedding()))
                    .max()
                    .orElseThrow();
            assertThat(loss.evaluate(query, new int[1]).scores().losses()[0])
                    .isCloseTo((float) (1 - nearestSafe), within(1e-5f));
        }
    }

    @Test
    void referencesOfOneSideAloneAreRefused() {
        assertThatThrownBy(() -> ReferenceGroups.byFlag("f", references, Set.of("nothing")))
                .hasMessageContaining("[unflagged] alone");
        assertThatThrownBy(() -> groups.nearest(unit(), new String[] {"green"}, 1))
                .hasMessageContaining("'green'")
                .hasMessageContaining("[flagged, unflagged]");
    }

    private float[] near(String label) {
        float[] sum = new float[DIMENSION];
        references.stream().filter(reference -> reference.label().equals(label)).forEach(reference -> {
            for (int d = 0; d < DIMENSION; d++) {
                sum[d] += reference.embedding()[d];
            }
        });
        return UnitEmbedding.of(sum).values();
    }

    private float[] embeddings(int count) {
        float[] embeddings = new float[count * DIMENSION];
        for (int i = 0; i < embeddings.length; i++) {
            embeddings[i] = (float) random.nextGaussian();
        }
        return embeddings;
    }

    private float[] unit() {
        return UnitEmbedding.of(embeddings(1)).values();
    }

    /** Two clouds, around opposite ends of an axis. */
    private List<LabelledEmbedding> references() {
        List<LabelledEmbedding> list = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            float[] row = embeddings(1);
            row[0] += i % 2 == 0 ? 3 : -3;
            list.add(new LabelledEmbedding(
                    "r-" + i,
                    i % 2 == 0 ? "nsfw" : "safe",
                    UnitEmbedding.of(row).values()));
        }
        return list;
    }

    private static VotingPolicy policy() {
        return new VotingPolicy(new PolicySettings(
                5,
                0.07,
                -1,
                PolicySettings.NEVER_KNOWN,
                new Thresholds(0.6, 0.4),
                PolicySettings.flagged(Set.of("nsfw")),
                Unfamiliar.REVIEW,
                Set.of("Porn")));
    }
}
