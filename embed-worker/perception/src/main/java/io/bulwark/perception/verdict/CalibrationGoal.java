package io.bulwark.perception.verdict;

import java.util.Set;

/**
 * What a calibration aims at.
 *
 * @param k neighbours that vote, at least 1
 * @param flaggedLabels labels of the bank that are flagged
 * @param falseFlags greatest share of unflagged references that may be decided NSFW, in [0, 1)
 * @param misses greatest share of flagged references that may be decided SAFE, in [0, 1)
 * @param unfamiliar share of the references that the floor would call unfamiliar, in [0, 1)
 */
public record CalibrationGoal(int k, Set<String> flaggedLabels, double falseFlags, double misses, double unfamiliar) {

    public CalibrationGoal {
        flaggedLabels = Set.copyOf(flaggedLabels);
        if (k < 1) {
            throw new IllegalArgumentException("k is " + k + ", allowed is 1 or more neighbours");
        }
        share("falseFlags", falseFlags);
        share("misses", misses);
        share("unfamiliar", unfamiliar);
    }

    /** Each error at most 2 %, and a floor that 1 % of the references lie below. */
    public static CalibrationGoal flagging(Set<String> flaggedLabels) {
        return new CalibrationGoal(PolicySettings.DEFAULT_K, flaggedLabels, 0.02, 0.02, 0.01);
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed is a share from 0 to below 1");
        }
    }
}
