package io.bulwark.lab.attack.blackbox;

import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.ThreatModel;

/** An attack that asks and never differentiates. */
public interface BlackBox extends Attack {

    /**
     * Attacks a batch.
     *
     * @param oracle knows samples 0 to {@code count - 1}
     * @param threat what may be done
     * @param clean {@code [count, 3, H, W]} in [0, 1]; not modified
     * @param watch told of each step; may stop the attack
     * @throws java.util.concurrent.CancellationException if the watch stopped it
     */
    Attack.AttackResult query(Oracle oracle, ThreatModel threat, float[] clean, int count, Attack.Watch watch);

    @Override
    default Attack.AttackResult run(
            Objective objective, ThreatModel threat, float[] clean, int count, Attack.Watch watch) {
        return query(objective, threat, clean, count, watch);
    }
}
