package io.bulwark.lab.train;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.perception.model.ModelPackage;
import picocli.CommandLine.Option;

/** What a student is drawn to: {@code @Mixin DistillationOptions distillation}. */
final class DistillationOptions {

    @Option(
            names = "--head-weight",
            paramLabel = "W",
            description = "Weight of the divergence of the parent's classifier, where it has one.")
    private double headWeight = 0;

    @Option(
            names = "--standardise",
            paramLabel = "W",
            description = "Weight of the distance of standardised embeddings, which takes the place of FARE's: each "
                    + "dimension is divided by its deviation over the parent's embeddings, and the inner attack raises "
                    + "the divergence of the classifier too. For a student that starts far from its parent.")
    private Double standardise;

    double headWeight() {
        return headWeight;
    }

    /** The goals of a recipe; measures the parent where that is asked for. */
    TrainingGoal.Maker goals(ModelPackage parent, PictureSet pictures, Recipe recipe) {
        if (standardise == null) {
            return recipe::fare;
        }
        if (!(standardise > 0)) {
            throw CommandFailure.usage("--standardise is " + standardise + ", allowed are numbers above 0");
        }
        return StandardisedFare.of(parent, pictures, recipe, standardise);
    }
}
