package io.bulwark.lab.train;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.robustness.train.StandardisedFare;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark train fare}. */
@Command(
        name = "fare",
        description = "Tunes an encoder without labels: embeddings of perturbed pictures are drawn to those that the "
                + "parent gives the pictures as they are (FARE).")
public final class FareCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private TrainingOptions training;

    @Mixin
    private RecipeOptions recipe;

    @Option(
            names = "--head-weight",
            paramLabel = "W",
            description = "Weight of the divergence of the parent's classifier, where it has one.")
    private double headWeight = 0;

    @Option(
            names = "--everyday",
            paramLabel = "SHARE",
            description = "Share of each shard that is learnt in everyday versions instead of perturbed: with a "
                    + "border, text, in a collage or a corner, inverted, mirrored, turned by a quarter, "
                    + "cropped, grey. Their embeddings are drawn to the parent's of the picture as it is.")
    private double everyday = 0;

    @Option(
            names = "--standardise",
            paramLabel = "W",
            description = "Weight of the distance of standardised embeddings, which takes the place of FARE's: each "
                    + "dimension is divided by its deviation over the parent's embeddings, and the inner attack raises "
                    + "the divergence of the classifier too. For a student of another input size than its parent.")
    private Double standardise;

    @Override
    public Integer call() {
        if (standardise != null && !(standardise > 0)) {
            throw CommandFailure.usage("--standardise is " + standardise + ", allowed are numbers above 0");
        }
        training.run(
                recipe.recipe(headWeight, everyday),
                (parent, pictures, asked) -> standardise == null
                        ? asked::fare
                        : StandardisedFare.of(parent, pictures, asked, standardise),
                options.output());
        return ExitCodes.OK;
    }
}
