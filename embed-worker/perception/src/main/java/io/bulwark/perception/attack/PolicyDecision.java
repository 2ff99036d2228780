package io.bulwark.perception.attack;

import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.verdict.Opinion;
import io.bulwark.perception.verdict.VerdictPolicy;
import java.util.List;
import java.util.Map;

/**
 * The decision of a moderation policy over a bank, each row a picture of one view. A classifier head is not asked: a
 * policy that leaves unfamiliar views to it is judged as if it left them to a person.
 *
 * @param bank what decides
 * @param policy how
 * @param tenant whose thresholds apply
 * @param goal what the attacker wants of every sample
 */
public record PolicyDecision(Bank bank, VerdictPolicy policy, String tenant, Goal goal) implements KnnDecision {

    @Override
    public boolean[] fooled(float[] units, int[] samples) {
        List<List<Neighbour>> nearest = bank.nearest(units, samples.length, policy.k());
        boolean[] fooled = new boolean[samples.length];
        for (int row = 0; row < samples.length; row++) {
            Opinion opinion = new Opinion("view", nearest.get(row), Map.of());
            fooled[row] = policy.decide(tenant, List.of(opinion)).outcome() == goal.outcome();
        }
        return fooled;
    }
}
