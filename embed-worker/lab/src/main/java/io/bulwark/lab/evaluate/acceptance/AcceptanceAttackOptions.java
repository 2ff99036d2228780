package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.EarlyStop;
import io.bulwark.lab.evaluate.SingleEvaluation;
import picocli.CommandLine.Option;

/** The attack that an acceptance run includes: {@code @Mixin AcceptanceAttackOptions attack}. */
final class AcceptanceAttackOptions {

    @Option(
            names = "--attacked",
            description = "Test files that are attacked, half of them flagged, half safe; 0 attacks none.")
    private int attacked = 20;

    @Option(
            names = "--threat",
            paramLabel = "NORM:EPSILON",
            description = "What the attacker may do, of l2 and linf, values in [0, 1].")
    private String threat = "linf:4/255";

    @Option(names = "--iterations", description = "Iterations of APGD.")
    private int iterations = 50;

    @Option(names = "--restarts", description = "Runs of APGD, each further one for what still stands.")
    private int restarts = 1;

    @Option(names = "--seed", description = "Of random starts.")
    private long seed = 1;

    /**
     * What is asked for.
     *
     * @param perKind files of each kind, 0 for no attack
     */
    record Plan(int perKind, Apgd attack, ThreatModel threat) {

        /** Gradient steps at most. */
        long steps() {
            return 2L * perKind * attack.iterations() * attack.restarts();
        }
    }

    Plan plan() {
        if (attacked < 0 || attacked % 2 != 0) {
            throw CommandFailure.usage(
                    "--attacked is " + attacked + ", allowed are even numbers, half of them flagged files, and 0");
        }
        ThreatModel within = Threats.named("--threat", threat);
        return SingleEvaluation.made(
                () -> new Plan(attacked / 2, new Apgd(iterations, restarts, EarlyStop.EACH_FOOLED, seed), within));
    }
}
