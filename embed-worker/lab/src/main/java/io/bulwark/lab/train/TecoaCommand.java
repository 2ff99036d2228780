package io.bulwark.lab.train;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bulwark train tecoa}. */
@Command(
        name = "tecoa",
        description = {
            "Trains an encoder with labels: embeddings of perturbed pictures are drawn to the prototype of their class,"
                    + " by the cross-entropy of scaled cosines (TeCoA).",
            "With --epsilon 0 nothing is perturbed: plain training, for an encoder to compare with."
        })
public final class TecoaCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private TrainingOptions training;

    @Mixin
    private RecipeOptions recipe;

    @Mixin
    private PrototypeOptions prototypes;

    @Override
    public Integer call() {
        training.run(
                recipe.recipe(0, 0),
                (parent, pictures, asked) -> prototypes
                        .of(parent, pictures, asked)
                        .tecoa(asked.terms().clean()),
                options.output());
        return ExitCodes.OK;
    }
}
