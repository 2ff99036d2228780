package io.bulwark.perception.verdict;

import java.util.List;
import java.util.Optional;

/**
 * What a policy decides of an image.
 *
 * @param outcome the decision
 * @param doubt why a person should look, present exactly for {@link Outcome#REVIEW}
 * @param score that of the worst view, in [0, 1]; 1 is flagged
 * @param margin distance of the score from the nearer threshold, in [0, 1]
 * @param viewScores score of each view in the order of the opinions
 * @param worstView index of the view that decided
 */
public record Judgement(
        Outcome outcome, Optional<Doubt> doubt, double score, double margin, List<Double> viewScores, int worstView) {

    /** What an image that could be seen can be. */
    public enum Outcome {
        SAFE,
        NSFW,
        REVIEW;

        /** Whether it is the graver of two: NSFW before REVIEW before SAFE. */
        public boolean isWorseThan(Outcome other) {
            return gravity() > other.gravity();
        }

        /** How far apart two are, in [0, 1]: SAFE and NSFW are opposites, REVIEW lies half-way between. */
        public double distance(Outcome other) {
            return Math.abs(gravity() - other.gravity()) / 2.0;
        }

        int gravity() {
            return switch (this) {
                case SAFE -> 0;
                case REVIEW -> 1;
                case NSFW -> 2;
            };
        }
    }

    /** Why a person should look. */
    public enum Doubt {
        /** The score lies between the thresholds. */
        UNCERTAIN,
        /** Nothing in the bank is near. */
        UNFAMILIAR
    }
}
