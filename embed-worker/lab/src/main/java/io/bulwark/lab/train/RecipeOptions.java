package io.bulwark.lab.train;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.robustness.attack.Norm;
import io.bulwark.robustness.attack.ThreatModel;
import io.bulwark.robustness.attack.gradient.Pgd;
import io.bulwark.robustness.train.Adversary;
import io.bulwark.robustness.train.Recipe;
import picocli.CommandLine.Option;

/** How an encoder is tuned: {@code @Mixin RecipeOptions recipe}. Defaults are those of the shipped model's first stage. */
final class RecipeOptions {

    @Option(
            names = "--norm",
            defaultValue = "LINF",
            paramLabel = "NORM",
            description = "Norm of the inner attack: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Norm norm;

    @Option(
            names = "--epsilon",
            defaultValue = "4/255",
            paramLabel = "E",
            description = "Its bound, as 4/255 or 0.5; 0 leaves it out (default: ${DEFAULT-VALUE}).")
    private String epsilon;

    @Option(
            names = "--mildest",
            defaultValue = "1",
            paramLabel = "SHARE",
            description =
                    "Each shard is perturbed within a bound of its own, spread evenly from this share of --epsilon to"
                            + " the whole of it; 0 mixes in pictures that are hardly perturbed (default: ${DEFAULT-VALUE}).")
    private double mildest;

    @Option(
            names = "--inner-steps",
            defaultValue = "2",
            paramLabel = "N",
            description = "Steps of the inner attack, from a random start (default: ${DEFAULT-VALUE}; the paper's 10).")
    private int innerSteps;

    @Option(
            names = "--inner-stride",
            paramLabel = "S",
            description = "Size of such a step (default: 1.2 times the bound, divided by the steps).")
    private String innerStride;

    @Option(
            names = "--momentum",
            defaultValue = "0",
            paramLabel = "M",
            description = "Of the inner attack (default: ${DEFAULT-VALUE}; the paper's 0.9).")
    private double momentum;

    @Option(
            names = "--size",
            defaultValue = "128",
            paramLabel = "PX",
            description = "Side of the random squares that are learnt from (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--parent-size",
            paramLabel = "PX",
            description = "Side of the same squares as the parent sees them (default: that of --size).")
    private Integer parentSize;

    @Option(names = "--batch", defaultValue = "64", paramLabel = "N", description = "Pictures a step.")
    private int batch;

    @Option(
            names = "--shard",
            defaultValue = "32",
            paramLabel = "N",
            description = "Pictures a pass; divides the batch (default: ${DEFAULT-VALUE}).")
    private int shard;

    @Option(
            names = "--clean",
            defaultValue = "16",
            paramLabel = "N",
            description = "Pictures of each shard that are also learnt as they are (default: ${DEFAULT-VALUE}).")
    private int clean;

    @Option(
            names = "--clean-weight",
            defaultValue = "1",
            paramLabel = "W",
            description = "Weight of their loss (default: ${DEFAULT-VALUE}).")
    private double cleanWeight;

    @Option(names = "--rate", defaultValue = "3e-4", paramLabel = "R", description = "AdamW's rate at its height.")
    private double rate;

    @Option(names = "--weight-decay", defaultValue = "1e-4", paramLabel = "D", description = "Decoupled.")
    private double weightDecay;

    @Option(names = "--warm-up", defaultValue = "50", paramLabel = "N", description = "Steps of the warm-up.")
    private int warmUp;

    @Option(names = "--steps", required = true, paramLabel = "N", description = "Steps in all.")
    private int steps;

    @Option(names = "--clip", defaultValue = "0", paramLabel = "L", description = "Longest gradient; 0 for no bound.")
    private double clip;

    @Option(
            names = "--average",
            defaultValue = "0",
            paramLabel = "A",
            description =
                    "What a running average of the weights keeps at each step; it is the result then. 0 for none.")
    private double average;

    @Option(names = "--seed", defaultValue = "0", paramLabel = "SEED", description = "Of everything that is random.")
    private long seed;

    @Option(
            names = "--mirror",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether pictures are mirrored half of the time (default: ${DEFAULT-VALUE}).")
    private boolean mirror;

    @Option(
            names = "--padding",
            defaultValue = "0",
            paramLabel = "PX",
            description = "Black pixels on each side that the random squares may reach into"
                    + " (default: ${DEFAULT-VALUE}).")
    private int padding;

    @Option(
            names = "--patience",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Stop after so many looks at pictures kept from training (one in twenty) without a lower loss, and"
                            + " take the best weights; 0 trains to the last step and keeps none (default: ${DEFAULT-VALUE}).")
    private int patience;

    @Option(
            names = "--look-every",
            defaultValue = "100",
            paramLabel = "N",
            description = "Steps between two looks (default: ${DEFAULT-VALUE}).")
    private int lookEvery;

    @Option(
            names = "--look-pictures",
            defaultValue = "512",
            paramLabel = "N",
            description = "Pictures of a look, at most (default: ${DEFAULT-VALUE}).")
    private int lookPictures;

    /**
     * What was asked for.
     *
     * @param headWeight weight of the divergence of the parent's classifier
     * @param everyday share of each shard that is learnt in everyday versions instead of perturbed
     */
    Recipe recipe(double headWeight, double everyday) {
        if (!(everyday >= 0 && everyday <= 1)) {
            throw CommandFailure.usage("--everyday is " + everyday + ", allowed is a share from 0 to 1, such as 0.5");
        }
        int versions = (int) Math.round(everyday * shard);
        if (everyday > 0 && versions == 0) {
            throw CommandFailure.usage("--everyday %s of --shard %d is no picture".formatted(everyday, shard));
        }
        try {
            double bound = ThreatModel.parseEpsilon(epsilon);
            double stride = innerStride == null
                    ? 1.2 * (bound > 0 ? bound : 1) / innerSteps
                    : ThreatModel.parseEpsilon(innerStride);
            return new Recipe(
                    new Adversary(
                            new ThreatModel(norm, bound), new Pgd(innerSteps, stride, momentum, true, 0), mildest),
                    new Recipe.Batches(size, parentSize == null ? size : parentSize, batch, shard, clean, versions),
                    new Recipe.Variation(mirror, padding),
                    new Recipe.Terms(cleanWeight, headWeight),
                    new Recipe.Descent(rate, weightDecay, warmUp, steps, clip, average),
                    new Recipe.Patience(lookEvery, patience, lookPictures),
                    seed);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }
}
