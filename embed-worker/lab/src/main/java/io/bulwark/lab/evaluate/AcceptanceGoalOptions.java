package io.bulwark.lab.evaluate;

import io.bulwark.perception.verdict.CalibrationGoal;
import io.bulwark.perception.verdict.PolicySettings;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** What an acceptance run's policy flags and what it has to promise: {@code @Mixin AcceptanceGoalOptions goal}. */
final class AcceptanceGoalOptions {

    /** As a bank is calibrated by default. */
    private static final double UNFAMILIAR = 0.01;

    @Option(
            names = "--flagged-labels",
            paramLabel = "LABEL",
            split = ",",
            required = true,
            description = "Labels that are to be flagged, as their folders are called; all others are safe.")
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
            description = "Greatest share of safe files that may be decided NSFW (default: ${DEFAULT-VALUE}).")
    private double falseFlags;

    @Option(
            names = "--misses",
            paramLabel = "SHARE",
            defaultValue = "0.02",
            description = "Greatest share of flagged files that may be decided SAFE (default: ${DEFAULT-VALUE}).")
    private double misses;

    @Option(
            names = "--delta",
            paramLabel = "P",
            defaultValue = "0.05",
            description = "Probability with which either promise may fail; the smaller, the more files are left to a"
                    + " person (default: ${DEFAULT-VALUE}).")
    private double delta;

    Set<String> flaggedLabels() {
        return new TreeSet<>(labels);
    }

    CalibrationGoal goal() {
        return SingleEvaluation.made(
                () -> new CalibrationGoal(k, labels, falseFlags, misses, UNFAMILIAR, OptionalDouble.empty())
                        .promising(delta));
    }
}
