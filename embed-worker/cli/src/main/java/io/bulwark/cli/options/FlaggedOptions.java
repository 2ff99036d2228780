package io.bulwark.cli.options;

import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
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
            description = "Labels that are flagged, separated by commas, the worker's "
                    + "bulwark.policy.flagged-labels (environment BULWARK_POLICY_FLAGGED_LABELS).")
    private Set<String> labels;

    @Option(
            names = "-k",
            paramLabel = "K",
            defaultValue = "" + PolicySettings.DEFAULT_K,
            description = "Neighbours that vote, the worker's bulwark.policy.k.")
    private int k;

    @Option(
            names = "--false-flags",
            paramLabel = "SHARE",
            description = "Greatest share of unflagged files that may be decided NSFW.")
    private double falseFlags = 0.02;

    @Option(
            names = "--misses",
            paramLabel = "SHARE",
            description = "Greatest share of flagged files that may be decided SAFE.")
    private double misses = 0.02;

    @Option(
            names = "--unfamiliar",
            paramLabel = "SHARE",
            description = "Share of the files that the similarity floor leaves to a person.")
    private double unfamiliar = 0.01;

    @Option(
            names = "--delta",
            paramLabel = "P",
            description = "Probability with which what is promised of --false-flags and --misses may fail, where "
                    + "whole files are decided; the smaller, the more is left to a person.")
    private double delta = 0.05;

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
