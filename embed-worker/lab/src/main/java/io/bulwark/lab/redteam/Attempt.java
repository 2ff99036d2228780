package io.bulwark.lab.redteam;

import io.bulwark.cli.audit.ProbeOutcome;
import io.bulwark.events.Verdict;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.probe.ProbeResult;
import java.time.Duration;
import java.util.Optional;

/**
 * A picture that was drawn and what became of it.
 *
 * @param verdict that was drawn
 * @param result of the attack; empty where there was none
 * @param remark why the picture was skipped, or is not known to have held; else empty
 * @param cpu time of this thread that all of it took
 */
record Attempt(Verdict verdict, AttackGoal goal, Optional<ProbeResult> result, String remark, Duration cpu) {

    ProbeOutcome outcome() {
        return result.map(ProbeResult::outcome).orElse(ProbeOutcome.SKIPPED);
    }
}
