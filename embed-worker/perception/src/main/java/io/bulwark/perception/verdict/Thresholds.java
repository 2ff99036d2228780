package io.bulwark.perception.verdict;

import io.bulwark.perception.verdict.Judgement.Outcome;

/**
 * Where scores turn into decisions.
 *
 * @param flag a score from here on is NSFW, in (0, 1]
 * @param safe a score up to here is SAFE, in [0, flag)
 */
public record Thresholds(double flag, double safe) {

    public Thresholds {
        if (!(flag > 0 && flag <= 1)) {
            throw new IllegalArgumentException(
                    "bulwark.policy.flag is " + flag + ", allowed is above 0 up to 1 (a score from here on is NSFW)");
        }
        if (!(safe >= 0 && safe < flag)) {
            throw new IllegalArgumentException("bulwark.policy.safe is " + safe + ", allowed is from 0 to below "
                    + "bulwark.policy.flag, which is " + flag + " (a score up to here is SAFE)");
        }
    }

    /** The decision that a score stands for. */
    public Outcome outcome(double score) {
        if (score >= flag) {
            return Outcome.NSFW;
        }
        return score <= safe ? Outcome.SAFE : Outcome.REVIEW;
    }

    /** Distance of a score from the nearer threshold. */
    public double margin(double score) {
        return Math.min(Math.abs(score - flag), Math.abs(score - safe));
    }
}
