package io.bulwark.lab.options;

import io.bulwark.perception.verdict.CalibrationGoal;
import io.bulwark.perception.verdict.PolicySettings;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** Which labels are flagged and how well they must be told apart: {@code @Mixin FlaggedOptions flagged}. */
public final class FlaggedOptions {

    @Option(
            names = "--flagged-labels",
            paramLabel = "LABEL",
            split = ",",
            defaultValue = "${env:BULWARK_POLICY_FLAGGED_LABELS:-nsfw}",
            description = "Labels that are flagged, separated by commas, the worker's bulwark.policy.flagged-labels "
                    + "(default: ${DEFAULT-VALUE}; environment BULWARK_POLICY_FLAGGED_LABELS).")
    private Set<String> labels;

    @Option(
            names = "-k",
            paramLabel = "K",
            defaultValue = "" + PolicySettings.DEFAULT_K,
            description = "Neighbours that vote, the worker's bulwark.policy.k (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(
            names = "--false-flags",
            paramLabel = "SHARE",
            defaultValue = "0.02",
            description = "Greatest share of unflagged files that may be decided NSFW (default: ${DEFAULT-VALUE}).")
    private double falseFlags;

    @Option(
            names = "--misses",
            paramLabel = "SHARE",
            defaultValue = "0.02",
            description = "Greatest share of flagged files that may be decided SAFE (default: ${DEFAULT-VALUE}).")
    private double misses;

    @Option(
            names = "--unfamiliar",
            paramLabel = "SHARE",
            defaultValue = "0.01",
            description =
                    "Share of the files that the similarity floor leaves to a person " + "(default: ${DEFAULT-VALUE}).")
    private double unfamiliar;

    @Option(
            names = "--delta",
            paramLabel = "P",
            defaultValue = "0.05",
            description = "Probability with which what is promised of --false-flags and --misses may fail, where whole "
                    + "files are decided; the smaller, the more is left to a person (default: ${DEFAULT-VALUE}).")
    private double delta;

    /** The labels that are flagged, in their order. */
    public Set<String> labels() {
        return new TreeSet<>(labels);
    }

    /**
     * With a promise about files to come.
     *
     * @throws IllegalArgumentException if a number is out of its range
     */
    public CalibrationGoal promise() {
        return goal().promising(delta);
    }

    /** @throws IllegalArgumentException if a number is out of its range */
    public CalibrationGoal goal() {
        return new CalibrationGoal(k, labels, falseFlags, misses, unfamiliar, OptionalDouble.empty());
    }
}
