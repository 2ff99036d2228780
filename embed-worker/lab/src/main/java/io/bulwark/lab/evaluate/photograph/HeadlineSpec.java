package io.bulwark.lab.evaluate.photograph;

import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import java.util.List;
import java.util.Set;

/**
 * What is asked of an encoder, and how it is attacked.
 *
 * @param flagged labels that are to be flagged; all others are safe
 * @param vote neighbours of each side, and temperature of the similarity-weighted vote
 * @param threats within which who knows everything attacks
 * @param lesser those within which who knows less attacks too
 * @param effort of each attack
 * @param falseFlags share of safe questions that may be flagged, not attacked
 * @param toPeople share of safe questions that may be left to people, not attacked
 * @param seed of starts and of resampling
 */
public record HeadlineSpec(
        Set<String> flagged,
        NeighbourVote vote,
        List<ThreatModel> threats,
        List<ThreatModel> lesser,
        Effort effort,
        double falseFlags,
        double toPeople,
        long seed) {

    private static final NeighbourVote ELEVEN = new NeighbourVote(11, 0.07);
    private static final double FALSE_FLAGS = 0.02;
    private static final double TO_PEOPLE = 0.3;

    /**
     * How hard an attacker tries.
     *
     * @param iterations of APGD
     * @param restarts of APGD, the first from the photograph
     * @param squareQueries of Square for each question; 0 leaves it out
     * @param decisionQueries of HopSkipJump for each question; 0 leaves it out
     */
    public record Effort(int iterations, int restarts, int squareQueries, int decisionQueries) {

        public Effort {
            if (iterations < 1 || restarts < 1 || squareQueries < 0 || decisionQueries < 0) {
                throw new IllegalArgumentException(
                        "%d iterations x %d, %d and %d queries; allowed are 1 and more of the first two, 0 and more of the others"
                                .formatted(iterations, restarts, squareQueries, decisionQueries));
            }
        }
    }

    public HeadlineSpec {
        flagged = Set.copyOf(flagged);
        threats = List.copyOf(threats);
        lesser = List.copyOf(lesser);
        if (flagged.isEmpty()
                || threats.isEmpty()
                || !isShare(falseFlags)
                || !isShare(toPeople)
                || !threats.containsAll(lesser)) {
            throw new IllegalArgumentException(
                    "flagged %s, %s false flags, %s to people, of the threats %s those of lesser attackers are %s; allowed are at least one label and threat, shares above 0 and below 1, and some of the threats"
                            .formatted(flagged, falseFlags, toPeople, threats, lesser));
        }
    }

    private static boolean isShare(double value) {
        return value > 0 && value < 1;
    }

    /** Eleven neighbours of each side, 2 % false flags, 30 % of the safe questions to people. */
    public static HeadlineSpec standard(
            Set<String> flagged, List<ThreatModel> threats, List<ThreatModel> lesser, Effort effort) {
        return new HeadlineSpec(flagged, ELEVEN, threats, lesser, effort, FALSE_FLAGS, TO_PEOPLE, 0);
    }

    /** The same with another share of safe questions to people. */
    public HeadlineSpec leaving(double share) {
        return new HeadlineSpec(flagged, vote, threats, lesser, effort, falseFlags, share, seed);
    }
}
