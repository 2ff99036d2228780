package io.bulwark.lab.train;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How an encoder is tuned: {@code @Mixin RecipeOptions recipe}. Defaults are those of the shipped model's first stage.
 */
final class RecipeOptions {

    /** Side, batch and length of what chs20/RobustVLM's README calls FARE and TeCoA. */
    private static final int PUBLISHED_SIZE = 224;

    private static final int PUBLISHED_BATCH = 128;
    private static final int PUBLISHED_WARM_UP = 1400;
    private static final int PUBLISHED_STEPS = 20_000;

    /** What the published recipe leaves open. */
    private static final Set<String> OPEN = Set.of("--published", "--epsilon", "--shard", "--seed");

    /** What an inner attack is set by. */
    private static final List<String> INNER = List.of("--inner-steps", "--inner-stride", "--momentum");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--published",
            description = "FARE or TeCoA as R-CLIP's authors train: 20,000 steps of 128 pictures of 224 px as they are"
                    + " prepared, ten steps of 1/255 with momentum 0.9 against l-infinity --epsilon, AdamW at 1e-5 after a"
                    + " warm-up of 1,400, decay 1e-4. Of the options of a recipe --shard and --seed are left, and"
                    + " --steps is not needed.")
    private boolean published;

    @Option(
            names = "--norm",
            defaultValue = "LINF",
            paramLabel = "NORM",
            description = "Norm of the inner attack: ${COMPLETION-CANDIDATES}.")
    private Norm norm;

    @Option(names = "--epsilon", paramLabel = "E", description = "Its bound, as 4/255 or 0.5; 0 leaves it out.")
    private String epsilon = "4/255";

    @Option(
            names = "--mildest",
            paramLabel = "SHARE",
            description = "Each shard is perturbed within a separate bound, spread evenly from this share of "
                    + "--epsilon to the whole of it; 0 mixes in pictures that are hardly perturbed.")
    private double mildest = 1;

    @Option(names = "--inner-steps", description = "Steps of the inner attack, from a random start (the paper's 10).")
    private int innerSteps = 2;

    @Option(
            names = "--inner-stride",
            paramLabel = "S",
            description = "Size of such a step (default: 1.2 times the bound, divided by the steps).")
    private String innerStride;

    @Option(names = "--momentum", paramLabel = "M", description = "Of the inner attack (the paper's 0.9).")
    private double momentum = 0;

    @Option(
            names = "--replays",
            paramLabel = "M",
            description = "Free gradients: M steps in a row learn each batch, and the backward pass of each also moves "
                    + "the perturbation by its bound, in place of an inner attack. 1 for the inner attack.")
    private int replays = 1;

    @Option(names = "--size", paramLabel = "PX", description = "Side of the random squares that are learnt from.")
    private int size = 128;

    @Option(
            names = "--parent-size",
            paramLabel = "PX",
            description = "Side of the same squares as the parent sees them (default: that of --size).")
    private Integer parentSize;

    @Option(names = "--batch", description = "Pictures a step.")
    private int batch = 64;

    @Option(names = "--shard", description = "Pictures a pass; divides the batch.")
    private int shard = 32;

    @Option(names = "--clean", description = "Pictures of each shard that are also learnt as they are.")
    private int clean = 16;

    @Option(names = "--clean-weight", paramLabel = "W", description = "Weight of their loss.")
    private double cleanWeight = 1;

    @Option(names = "--rate", defaultValue = "3e-4", paramLabel = "R", description = "AdamW's rate at its height.")
    private double rate;

    @Option(names = "--weight-decay", defaultValue = "1e-4", paramLabel = "D", description = "Decoupled.")
    private double weightDecay;

    @Option(names = "--warm-up", description = "Steps of the warm-up.")
    private int warmUp = 50;

    @Option(names = "--steps", description = "Steps in all; needed without --published.")
    private Integer steps;

    @Option(names = "--clip", paramLabel = "L", description = "Longest gradient; 0 for no bound.")
    private double clip = 0;

    @Option(
            names = "--average",
            paramLabel = "A",
            description =
                    "What a running average of the weights keeps at each step; it is the result then. 0 for none.")
    private double average = 0;

    @Option(names = "--seed", paramLabel = "SEED", description = "Of everything that is random.")
    private long seed = 0;

    @Option(
            names = "--mirror",
            negatable = true,
            fallbackValue = "true",
            description = "Whether pictures are mirrored half of the time.")
    private boolean mirror = true;

    @Option(
            names = "--padding",
            paramLabel = "PX",
            description = "Black pixels on each side that the random squares may reach into.")
    private int padding = 0;

    @Option(
            names = "--area",
            paramLabel = "SHARE",
            description = "Random squares have at least this share of a picture's area, as 0.15, and small ones are "
                    + "enlarged (default: squares are never smaller than --size).")
    private double area = 0;

    @Option(
            names = "--mixup",
            paramLabel = "ALPHA",
            description = "Mix each picture with another of its shard, in shares drawn from Beta(ALPHA, ALPHA), as "
                    + "0.3; the parent answers for the mixed picture. 0 mixes none. Everyday versions are not "
                    + "mixed, and labels allow no mixing.")
    private double mixup = 0;

    @Option(
            names = "--train-head",
            description = "Whether the classifier behind the embedding moves too; without it, it stays.")
    private boolean trainHead = false;

    @Option(
            names = "--patience",
            description = "Number of looks at pictures kept from training (one in twenty) without a lower loss "
                    + "after which to stop and take the best weights; 0 trains to the last step and keeps none.")
    private int patience = 0;

    @Option(names = "--look-every", description = "Steps between two looks.")
    private int lookEvery = 100;

    @Option(names = "--look-pictures", description = "Pictures of a look, at most.")
    private int lookPictures = 512;

    /**
     * What was asked for.
     *
     * @param headWeight weight of the divergence of the parent's classifier
     * @param everyday share of each shard that is learnt in everyday versions instead of perturbed
     */
    Recipe recipe(double headWeight, double everyday) {
        if (published) {
            return published(headWeight, everyday);
        }
        if (steps == null) {
            throw CommandFailure.usage("Missing required option: '--steps=<steps>', or --published");
        }
        if (!(everyday >= 0 && everyday <= 1)) {
            throw CommandFailure.usage("--everyday is " + everyday + ", allowed is a share from 0 to 1, such as 0.5");
        }
        int versions = (int) Math.round(everyday * shard);
        if (everyday > 0 && versions == 0) {
            throw CommandFailure.usage("--everyday %s of --shard %d is no picture".formatted(everyday, shard));
        }
        try {
            return new Recipe(
                    new TrainingGoal.Adversary(
                            new ThreatModel(norm, ThreatModel.parseEpsilon(epsilon)), inner(), mildest, replays),
                    new Recipe.Batches(size, parentSize == null ? size : parentSize, batch, shard, clean, versions),
                    new Recipe.Variation(mirror, padding, area, mixup),
                    new Recipe.Terms(cleanWeight, headWeight),
                    new Recipe.Descent(rate, weightDecay, warmUp, steps, clip, average, trainHead),
                    new Recipe.Patience(lookEvery, patience, lookPictures),
                    seed);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    /** The inner attack; with free gradients one step of the whole bound, for looks at pictures kept from training. */
    private Pgd inner() {
        double bound = ThreatModel.parseEpsilon(epsilon);
        double reach = bound > 0 ? bound : 1;
        if (replays <= 1) {
            double stride = innerStride == null ? 1.2 * reach / innerSteps : ThreatModel.parseEpsilon(innerStride);
            return new Pgd(innerSteps, stride, momentum, true, 0);
        }
        for (String option : INNER) {
            if (command.commandLine().getParseResult().hasMatchedOption(option)) {
                throw CommandFailure.usage("--replays %d leaves no inner attack for %s to set: leave one of them out"
                        .formatted(replays, option));
            }
        }
        return new Pgd(1, reach, 0, true, 0);
    }

    private Recipe published(double headWeight, double everyday) {
        requireFree(command, "--published", RecipeOptions.class, OPEN);
        if (headWeight != 0 || everyday != 0) {
            throw CommandFailure.usage("--published learns neither a classifier nor everyday versions");
        }
        try {
            return new Recipe(
                    TrainingGoal.Adversary.of(
                            ThreatModel.linf(ThreatModel.parseEpsilon(epsilon)), new Pgd(10, 1 / 255.0, 0.9, true, 0)),
                    new Recipe.Batches(PUBLISHED_SIZE, PUBLISHED_SIZE, PUBLISHED_BATCH, shard, 0),
                    new Recipe.Variation(false, 0),
                    new Recipe.Terms(0, 0),
                    new Recipe.Descent(1e-5, 1e-4, PUBLISHED_WARM_UP, PUBLISHED_STEPS, 0, 0),
                    Recipe.Patience.ENDLESS,
                    seed);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    /**
     * Refuses options that a preset decides.
     *
     * @param preset the option that sets them
     * @param options whose options these are
     * @param open names that may be given beside it
     * @throws CommandFailure if another of them is given
     */
    static void requireFree(CommandSpec command, String preset, Class<?> options, Set<String> open) {
        for (Field field : options.getDeclaredFields()) {
            Option option = field.getAnnotation(Option.class);
            String name = option == null ? preset : option.names()[0];
            if (!open.contains(name) && command.commandLine().getParseResult().hasMatchedOption(name)) {
                throw CommandFailure.usage("%s decides %s: leave one of them out".formatted(preset, name));
            }
        }
    }
}
