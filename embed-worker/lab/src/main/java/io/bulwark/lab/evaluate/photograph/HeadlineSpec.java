package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.perception.metric.NeighbourVote;
import java.util.List;
import java.util.Set;

/**
 * What is asked of an encoder, and how it is attacked.
 *
 * @param flagged labels that are to be flagged; all others are safe
 * @param vote neighbours of each side, and temperature of the similarity-weighted vote
 * @param threats one after the other, from the photograph as it is
 * @param iterations of PGD with a random start, steps of 2.5 times the bound divided by them
 * @param falseFlags share of safe questions that a threshold may flag
 * @param seed of starts and of resampling
 */
public record HeadlineSpec(
        Set<String> flagged,
        NeighbourVote vote,
        List<ThreatModel> threats,
        int iterations,
        double falseFlags,
        long seed) {

    private static final NeighbourVote ELEVEN = new NeighbourVote(11, 0.07);
    private static final int ITERATIONS = 20;
    private static final double FALSE_FLAGS = 0.02;

    public HeadlineSpec {
        flagged = Set.copyOf(flagged);
        threats = List.copyOf(threats);
        if (flagged.isEmpty() || iterations < 1 || !(falseFlags > 0 && falseFlags < 1)) {
            throw new IllegalArgumentException(
                    "flagged %s, %d iterations, %s false flags; allowed are at least one label, 1 and more, and a share above 0"
                                    .formatted(flagged, iterations, falseFlags)
                            + " and below 1");
        }
    }

    /** Eleven neighbours of each side, PGD-20 at l∞ 1, 2 and 4/255, 2 % false flags. */
    public static HeadlineSpec standard(Set<String> flagged) {
        return new HeadlineSpec(
                flagged,
                ELEVEN,
                List.of(ThreatModel.linf(1 / 255.0), ThreatModel.linf(2 / 255.0), ThreatModel.linf(4 / 255.0)),
                ITERATIONS,
                FALSE_FLAGS,
                0);
    }

    /** The same under other attacks. */
    public HeadlineSpec under(List<ThreatModel> others, int steps) {
        return new HeadlineSpec(flagged, vote, others, steps, falseFlags, seed);
    }

    Pgd attack(ThreatModel threat, long batch) {
        return new Pgd(iterations, 2.5 * threat.epsilon() / iterations, 0, true, seed + batch);
    }
}
