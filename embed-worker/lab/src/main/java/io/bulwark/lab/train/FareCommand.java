package io.bulwark.lab.train;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark train fare}. */
@Command(
        name = "fare",
        description = "Tunes an encoder without labels: embeddings of perturbed pictures are drawn to the "
                + "parent's embeddings of the unchanged pictures (FARE).")
public final class FareCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private TrainingOptions training;

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private DistillationOptions distillation;

    @Option(
            names = "--everyday",
            paramLabel = "SHARE",
            description = "Share of each shard that is learnt in everyday versions instead of perturbed: with a "
                    + "border, text, in a collage or a corner, inverted, mirrored, turned by a quarter, "
                    + "cropped, grey. Their embeddings are drawn to the parent's of the picture as it is.")
    private double everyday = 0;

    @Override
    public Integer call() {
        training.run(recipe.recipe(distillation.headWeight(), everyday), distillation::goals, options.output());
        return ExitCodes.OK;
    }
}
