package io.bulwark.lab.options;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.robustness.attack.gradient.Apgd;
import io.bulwark.robustness.attack.gradient.EarlyStop;
import picocli.CommandLine.Option;

/** The attackers' algorithm: {@code @Mixin ApgdOptions apgd}. */
public final class ApgdOptions {

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "50",
            description = "Iterations of APGD (default: ${DEFAULT-VALUE}).")
    private int iterations;

    @Option(
            names = "--restarts",
            paramLabel = "N",
            defaultValue = "2",
            description = "Runs of APGD, each further one for what still stands (default: ${DEFAULT-VALUE}).")
    private int restarts;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of random starts, and of what is generated (default: ${DEFAULT-VALUE}).")
    private long seed;

    public Apgd attack() {
        try {
            return new Apgd(iterations, restarts, EarlyStop.EACH_FOOLED, seed);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("--iterations, --restarts: " + e.getMessage());
        }
    }

    public long seed() {
        return seed;
    }
}
