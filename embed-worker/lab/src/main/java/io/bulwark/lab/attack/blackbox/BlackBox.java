package io.bulwark.robustness.attack.blackbox;

import io.bulwark.robustness.attack.Attack;
import io.bulwark.robustness.attack.AttackResult;
import io.bulwark.robustness.attack.Objective;
import io.bulwark.robustness.attack.Oracle;
import io.bulwark.robustness.attack.ThreatModel;
import io.bulwark.robustness.attack.Watch;

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
    AttackResult query(Oracle oracle, ThreatModel threat, float[] clean, int count, Watch watch);

    @Override
    default AttackResult run(Objective objective, ThreatModel threat, float[] clean, int count, Watch watch) {
        return query(objective, threat, clean, count, watch);
    }
}
