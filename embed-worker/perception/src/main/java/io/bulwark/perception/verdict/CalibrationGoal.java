package io.bulwark.perception.verdict;

import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a calibration aims at.
 *
 * @param k neighbours that vote, at least 1
 * @param flaggedLabels labels of the bank that are flagged
 * @param falseFlags greatest share of unflagged files that may be decided NSFW, in [0, 1)
 * @param misses greatest share of flagged files that may be decided SAFE, in [0, 1)
 * @param unfamiliar share of the files that the floor would call unfamiliar, in [0, 1)
 * @param delta probability with which the promise of the first two may fail, in (0, 1); empty where nothing is promised
 *     and the shares are those of the very files that it was calibrated on
 */
public record CalibrationGoal(
        int k, Set<String> flaggedLabels, double falseFlags, double misses, double unfamiliar, OptionalDouble delta) {

    public CalibrationGoal {
        flaggedLabels = Set.copyOf(flaggedLabels);
        if (k < 1) {
            throw new IllegalArgumentException("k is " + k + ", allowed is 1 or more neighbours");
        }
        share("falseFlags", falseFlags);
        share("misses", misses);
        share("unfamiliar", unfamiliar);
        if (delta.isPresent() && !(delta.getAsDouble() > 0 && delta.getAsDouble() < 1)) {
            throw new IllegalArgumentException(
                    "delta is " + delta.getAsDouble() + ", allowed is a probability above 0 and below 1");
        }
    }

    /** Each error at most 2 %, and a floor that 1 % of the files lie below. */
    public static CalibrationGoal flagging(Set<String> flaggedLabels) {
        return new CalibrationGoal(PolicySettings.DEFAULT_K, flaggedLabels, 0.02, 0.02, 0.01, OptionalDouble.empty());
    }

    /** The same, with a promise about files to come that fails with this probability. */
    public CalibrationGoal promising(double delta) {
        return new CalibrationGoal(k, flaggedLabels, falseFlags, misses, unfamiliar, OptionalDouble.of(delta));
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " is " + value + ", allowed is a share from 0 to below 1");
        }
    }
}
