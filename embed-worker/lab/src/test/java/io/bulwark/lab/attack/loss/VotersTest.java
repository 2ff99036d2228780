package io.bulwark.lab.attack.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.loss.KnnLoss.KnnDecision;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.metric.Ranking;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.PolicySettings.Unfamiliar;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VotersTest {

    private static final int DIMENSION = 8;
    private static final int K = 5;
    private static final double TEMPERATURE = 0.07;

    /** Nearer than rounding: where neighbours weigh the same, the vote decides by their order. */
    private static final double TIE = 1e-4;

    private final Random random = new Random(11);

    @Test
    void theVoteTogetherIsAboveZeroExactlyWhereTheDecisionIsWrong() {
        List<LabelledEmbedding> references = cloud(List.of("a", "b", "c"), 60);
        try (Bank bank = MatrixBank.of("f", references);
                ReferenceGroups groups = ReferenceGroups.byLabel("f", references)) {
            int disagreementsOfSides = 0;
            for (int i = 0; i < 400; i++) {
                float[] query = row();
                String own = List.of("a", "b", "c").get(i % 3);
                boolean wrong = !decided(bank, query).equals(own);
                KnnLoss sides =
                        new KnnLoss(groups, new String[] {own}, K, TEMPERATURE, (units, samples) -> new boolean[1]);

                float together = loss(sides.by(new Voters.Together()), query);
                if (Math.abs(together) > TIE) {
                    assertThat(together > 0).as("query %d", i).isEqualTo(wrong);
                }
                disagreementsOfSides += loss(sides, query) > 0 == wrong ? 0 : 1;
            }
            // That the sides agree with the decision at the border holds for k = 1 alone.
            assertThat(disagreementsOfSides).isPositive();
        }
    }

    @Test
    void slopesOfAllVotersAreThoseOfDifferenceQuotients() {
        List<LabelledEmbedding> references = cloud(List.of("a", "b", "c"), 12);
        try (ReferenceGroups groups = ReferenceGroups.byLabel("f", references)) {
            float[] queries = new float[3 * DIMENSION];
            IntStream.range(0, queries.length).forEach(d -> queries[d] = (float) random.nextGaussian());
            for (Voters voters : Voters.all(groups.names())) {
                // As many neighbours as a group has, so that no step changes who votes.
                KnnLoss loss = new KnnLoss(
                                groups, new String[] {"a", "b", "c"}, 12, 0.5, (units, samples) -> new boolean[3])
                        .by(voters);
                Slopes.check(loss, queries, new int[] {0, 1, 2}, 5e-3);
                Slopes.check(loss.above(0.999), queries, new int[] {0, 1, 2}, 2e-2);
            }
        }
    }

    @Test
    void ofTwoGroupsTheSidesAreTheTargetedAttackAlready() {
        assertThat(Voters.all(List.of("flagged", "unflagged")))
                .containsExactly(new Voters.Sides(), new Voters.Together());
        assertThat(Voters.all(List.of("a", "b", "c")))
                .containsExactly(
                        new Voters.Sides(),
                        new Voters.Together(),
                        new Voters.Towards("a"),
                        new Voters.Towards("b"),
                        new Voters.Towards("c"));
    }

    @Test
    void othersThatSpreadOverGroupsBeatNoneButOneOfThemCan() {
        // Left of the own side lie one of b and one of c, right of it three of b alone.
        List<LabelledEmbedding> references = List.of(
                at("own-1", "a", 0),
                at("own-2", "a", 2),
                at("left-1", "b", -40),
                at("left-2", "c", -41),
                at("left-3", "d", -42),
                at("right-1", "b", 60),
                at("right-2", "b", 61),
                at("right-3", "b", 62));
        try (Bank bank = MatrixBank.of("f", references);
                ReferenceGroups groups = ReferenceGroups.byLabel("f", references)) {
            KnnDecision decision =
                    (units, samples) -> new boolean[] {!decided(bank, units, 3).equals("a")};
            KnnLoss sides = new KnnLoss(groups, new String[] {"a"}, 3, 0.3, decision);

            float[] query = at("query", "a", -1).embedding();

            assertThat(fooled(climbed(sides.by(new Voters.Towards("b")), query, 3000), sides))
                    .isTrue();
        }
    }

    @Test
    void belowTheFloorAnAttackerTurnsToWhatIsFamiliar() {
        List<LabelledEmbedding> references = List.of(
                axis("flagged-1", "nsfw", 0),
                axis("flagged-2", "nsfw", 0),
                axis("safe-1", "safe", 1),
                axis("safe-2", "safe", 1));
        VotingPolicy policy = new VotingPolicy(new PolicySettings(
                2,
                TEMPERATURE,
                0.9,
                PolicySettings.NEVER_KNOWN,
                new Thresholds(0.6, 0.4),
                PolicySettings.flagged(Set.of("nsfw")),
                Unfamiliar.REVIEW,
                Set.of("Porn")));
        try (Bank bank = MatrixBank.of("f", references);
                ReferenceGroups groups = ReferenceGroups.byFlag("f", references, Set.of("nsfw"))) {
            KnnLoss blind = KnnLoss.of(
                    groups, AttackGoal.EVADE, 1, 2, TEMPERATURE, new PolicyDecision(bank, policy, AttackGoal.EVADE));
            float[] start = row();
            start[0] += 20;

            assertThat(fooled(climbed(blind, start, 3000), blind))
                    .as("away from the own side and past the other, unfamiliar to both")
                    .isFalse();
            assertThat(fooled(climbed(blind.above(0.9), start, 3000), blind)).isTrue();
        }
    }

    private static boolean fooled(float[] embedding, KnnLoss loss) {
        return loss.evaluate(embedding, new int[1]).scores().fooled()[0];
    }

    /** Steps of the embedding itself, on the sphere: an encoder that is the identity. */
    private static float[] climbed(KnnLoss loss, float[] start, int steps) {
        float[] moved = UnitEmbedding.of(start).values();
        for (int step = 0; step < steps; step++) {
            float[] slope = loss.evaluate(moved, new int[1]).slope();
            for (int d = 0; d < moved.length; d++) {
                moved[d] += 0.005f * slope[d];
            }
            moved = UnitEmbedding.of(moved).values();
        }
        return moved;
    }

    private static float loss(KnnLoss loss, float[] query) {
        return loss.evaluate(query, new int[1]).scores().losses()[0];
    }

    private static String decided(Bank bank, float[] query) {
        return decided(bank, UnitEmbedding.of(query).values(), K);
    }

    private static String decided(Bank bank, float[] unit, int k) {
        List<Neighbour> nearest = bank.nearest(unit, 1, k).get(0);
        List<String> labels = List.copyOf(bank.labels());
        int winner = new NeighbourVote(k, TEMPERATURE)
                .classes(
                        new Ranking(
                                IntStream.range(0, nearest.size()).toArray(),
                                nearest.stream()
                                        .mapToDouble(Neighbour::similarity)
                                        .toArray()),
                        nearest.stream()
                                .mapToInt(near -> labels.indexOf(near.label()))
                                .toArray())
                .get(0);
        return labels.get(winner);
    }

    private List<LabelledEmbedding> cloud(List<String> labels, int each) {
        List<LabelledEmbedding> references = new ArrayList<>();
        for (String label : labels) {
            for (int i = 0; i < each; i++) {
                references.add(new LabelledEmbedding(
                        label + i, label, UnitEmbedding.of(row()).values()));
            }
        }
        return references;
    }

    private float[] row() {
        float[] row = new float[DIMENSION];
        IntStream.range(0, DIMENSION).forEach(d -> row[d] = (float) random.nextGaussian());
        return row;
    }

    /** On a circle. */
    private static LabelledEmbedding at(String id, String label, double degrees) {
        float[] row = new float[DIMENSION];
        row[0] = (float) Math.cos(Math.toRadians(degrees));
        row[1] = (float) Math.sin(Math.toRadians(degrees));
        return new LabelledEmbedding(id, label, row);
    }

    private static LabelledEmbedding axis(String id, String label, int axis) {
        float[] row = new float[DIMENSION];
        row[axis] = 1;
        return new LabelledEmbedding(id, label, row);
    }
}
