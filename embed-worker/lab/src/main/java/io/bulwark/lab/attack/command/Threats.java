package io.bulwark.lab.attack.command;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.FirstStart;
import picocli.CommandLine.Option;

/** Threat models as people write them in options. */
public final class Threats {

    private Threats() {}

    /**
     * Reads {@code linf:4/255}.
     *
     * @param option that it was given by, for the error
     * @throws CommandFailure if it is none
     */
    public static ThreatModel named(String option, String text) {
        int colon = text.indexOf(':');
        try {
            if (colon < 0) {
                throw new IllegalArgumentException("no colon between norm and epsilon");
            }
            return new ThreatModel(
                    Norm.labelled(text.substring(0, colon)), ThreatModel.parseEpsilon(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage("%s: '%s' is no threat model such as linf:4/255 or l2:0.5: %s"
                    .formatted(option, text, e.getMessage()));
        }
    }

    /** The attackers' algorithm: {@code @Mixin ApgdOptions apgd}. */
    public static final class ApgdOptions {

        @Option(names = "--iterations", description = "Iterations of APGD.")
        private int iterations = 50;

        @Option(names = "--restarts", description = "Runs of APGD, each further one for what still stands.")
        private int restarts = 2;

        @Option(names = "--seed", description = "Of random starts, and of what is generated.")
        private long seed = 1;

        /** @throws CommandFailure if it is none */
        public Apgd attack() {
            return attack(new FirstStart.AtPicture());
        }

        /** The same whose first run starts elsewhere. */
        public Apgd attack(FirstStart first) {
            return CommandFailure.orUsage(
                    "--iterations, --restarts",
                    () -> new Apgd(iterations, restarts, Apgd.EarlyStop.EACH_FOOLED, seed, first));
        }

        /** Gradient steps that a picture takes at most. */
        public long steps() {
            return (long) iterations * restarts;
        }

        /** Of all that is random. */
        public long seed() {
            return seed;
        }
    }
}
