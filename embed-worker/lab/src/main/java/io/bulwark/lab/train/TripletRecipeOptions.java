package io.bulwark.lab.train;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.data.NightsLayout;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.data.TripletOptions;
import io.bulwark.lab.train.triplet.TripletRecipe;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** How triplets are learnt, and how it goes: {@code @Mixin TripletRecipeOptions learning}. */
final class TripletRecipeOptions {

    /** Reports of a training, and the inverse of the warm-up's share of it. */
    private static final int PARTS = 20;

    @Option(names = "--margin", paramLabel = "M", description = "By which the side that people chose shall be nearer.")
    private double margin = 0.05;

    @Option(names = "--steps", description = "")
    private int steps = 2000;

    @Option(names = "--batch", description = "Triplets a step.")
    private int batch = 32;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "3e-4",
            description = "AdamW's rate at its height (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--weight-decay",
            paramLabel = "D",
            defaultValue = "0",
            description = "Decoupled (default: ${DEFAULT-VALUE}, as the authors have it).")
    private double weightDecay;

    @Option(names = "--seed", paramLabel = "SEED", description = "Of everything that is random.")
    private long seed = 0;

    /**
     * What was asked for.
     *
     * @throws CommandFailure if there is no such recipe
     */
    TripletRecipe recipe() {
        try {
            return new TripletRecipe(
                    batch, margin, new Recipe.Descent(rate, weightDecay, steps / PARTS, steps, 0, 0), seed);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    /** What is learnt from: of a data set that is split, the part for training unless another is named. */
    List<Triplet> triplets(TripletOptions data) {
        return data.triplets(NightsLayout.Split.TRAIN, seed);
    }

    /** A line for provenance about {@link #triplets}. */
    String describe(List<Triplet> triplets, TripletOptions data) {
        return "%d of %s".formatted(triplets.size(), data.name(NightsLayout.Split.TRAIN, seed));
    }

    /** Steps between two reports. */
    int reportEvery() {
        return Math.max(1, steps / PARTS);
    }

    static void print(TripletRecipe.Report report, Output output) {
        output.print(
                String.format(
                        Locale.ROOT,
                        "step %d loss %.4f agreement %.3f",
                        report.step(),
                        report.loss(),
                        report.agreement()),
                Map.of("step", report.step(), "loss", report.loss(), "agreement", report.agreement()));
    }
}
