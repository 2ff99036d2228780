package io.bulwark.lab.attack.loss;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The decision of a moderation policy over a bank, each row a picture of one view. Only embeddings are known here:
 * while an attack climbs, a policy that leaves unfamiliar views to the classifier head is judged as if it left them to
 * a person. The result of the attack is decided with the head.
 *
 * @param bank what decides
 * @param policy how
 * @param goal what the attacker wants of every sample
 */
public record PolicyDecision(Bank bank, VotingPolicy policy, AttackGoal goal) implements KnnDecision {

    private static final Decider DECIDER = new Decider(List.of());

    @Override
    public boolean[] fooled(float[] units, int[] samples) {
        int dimension = units.length / samples.length;
        List<SeenImage> images = IntStream.range(0, samples.length)
                .mapToObj(row -> SeenImage.of(
                        "view", Arrays.copyOfRange(units, row * dimension, (row + 1) * dimension), new float[0]))
                .toList();
        List<ScoredImage> decided = DECIDER.decide(bank, Policies.always(policy), images);
        boolean[] fooled = new boolean[samples.length];
        for (int row = 0; row < samples.length; row++) {
            fooled[row] = decided.get(row).judgement().outcome() == goal.outcome();
        }
        return fooled;
    }
}
