package io.bulwark.lab.probe;

import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.loss.KnnLoss;
import io.bulwark.lab.attack.loss.PolicyDecision;
import io.bulwark.lab.attack.loss.ReferenceGroups;
import io.bulwark.lab.attack.loss.ReferenceGroups.OneSidedBankException;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A bank and policies as a worker decides by them, and the sides of the bank, which the attacker climbs between: the
 * whole bank's where it has at most {@value #MOST_ROWS} rows, else those of an even sample of each label. What an
 * attack comes to is decided by the whole bank. One thread; holds copies of these rows, and as many in native memory
 * for each set of labels that some policy flags.
 */
public final class ProbedModeration implements AutoCloseable {

    /** Rows that the attacker climbs between at most: 168 MB where they have 1280 values. */
    public static final int MOST_ROWS = 32_768;

    private final Bank bank;
    private final List<LabelledEmbedding> references;
    private final Policies policies;
    private final Map<Set<String>, ReferenceGroups> sides = new HashMap<>();

    /**
     * @param bank decides; not closed by this
     * @throws IllegalArgumentException if the bank has too many labels for the sample
     */
    public ProbedModeration(Bank bank, Policies policies) {
        this.bank = bank;
        this.references = bank.references(MOST_ROWS);
        this.policies = policies;
    }

    Bank bank() {
        return bank;
    }

    Policies policies() {
        return policies;
    }

    /**
     * What an attacker of one view raises, first things first.
     *
     * @throws OneSidedBankException if the tenant's policy flags all labels of the bank, or none
     */
    List<KnnLoss> losses(String tenant, AttackGoal goal) {
        VotingPolicy policy = policies.of(tenant).inForce();
        PolicySettings settings = policy.settings();
        ReferenceGroups groups = sides.computeIfAbsent(
                settings.flaggedLabels(),
                flagged -> ReferenceGroups.byFlag(bank.modelFingerprint(), references, flagged));
        KnnLoss loss = KnnLoss.of(
                        groups, goal, 1, settings.k(), settings.temperature(), new PolicyDecision(bank, policy, goal))
                .above(settings.floor());
        List<KnnLoss> losses = new ArrayList<>(List.of(loss));
        if (settings.floor() > KnnLoss.NO_FLOOR) {
            losses.add(loss.above(KnnLoss.NO_FLOOR));
        }
        return losses;
    }

    @Override
    public void close() {
        sides.values().forEach(ReferenceGroups::close);
    }
}
