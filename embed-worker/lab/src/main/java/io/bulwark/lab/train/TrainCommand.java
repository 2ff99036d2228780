package io.bulwark.lab.train;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Pgd;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.lab.train.ClassPrototypes.PrototypeOptions;
import io.bulwark.lab.train.mask.MaskCommand;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark train}. */
@Command(
        name = "train",
        description = "Makes an encoder withstand perturbations, or see as people do.",
        subcommands = {
            TrainCommand.FareCommand.class,
            TrainCommand.TecoaCommand.class,
            HeadCommand.class,
            LoraCommand.class,
            MaskCommand.InsetMaskCommand.class,
            MaskCommand.TextMaskCommand.class,
            TrainCommand.MaskingCommand.class,
            TrainCommand.ExportCommand.class
        })
public final class TrainCommand {

    /** {@code bulwark train fare}. */
    @Command(
            name = "fare",
            description = "Tunes an encoder without labels: embeddings of perturbed pictures are drawn to the "
                    + "parent's embeddings of the unchanged pictures (FARE).")
    static final class FareCommand extends OutputCommand implements Runnable {

        @Mixin
        private TrainingOptions training;

        @Mixin
        private RecipeOptions recipe;

        @Mixin
        private StandardisedFare.DistillationOptions distillation;

        @Option(
                names = "--everyday",
                paramLabel = "SHARE",
                description = "Share of each shard that is learnt in everyday versions instead of perturbed: with a "
                        + "border, text, in a collage or a corner, inverted, mirrored, turned by a quarter, "
                        + "cropped, grey. Their embeddings are drawn to the parent's of the picture as it is.")
        private double everyday = 0;

        @Override
        public void run() {
            training.run(recipe.recipe(distillation.headWeight(), everyday), distillation::goals, output());
        }
    }

    /** {@code bulwark train tecoa}. */
    @Command(
            name = "tecoa",
            description = {
                "Trains an encoder with labels: embeddings of perturbed pictures are drawn to the prototype of their class,"
                        + " by the cross-entropy of scaled cosines (TeCoA).",
                "With --epsilon 0 nothing is perturbed: plain training, for an encoder to compare with."
            })
    static final class TecoaCommand extends OutputCommand implements Runnable {

        @Mixin
        private TrainingOptions training;

        @Mixin
        private RecipeOptions recipe;

        @Mixin
        private PrototypeOptions prototypes;

        @Override
        public void run() {
            Recipe labelled = recipe.recipe(0, 0);
            if (labelled.variation().mixup() > 0) {
                throw CommandFailure.usage("--mixup %s: a mixed picture has no single label, which TeCoA needs;"
                                .formatted(labelled.variation().mixup())
                        + " leave it out, or take train fare, where the parent answers for it");
            }
            training.run(
                    labelled,
                    (parent, pictures, asked) -> prototypes
                            .of(parent, pictures, asked)
                            .tecoa(asked.terms().clean()),
                    output());
        }
    }

    /** {@code bulwark train export}. */
    @Command(
            name = "export",
            description = "Makes a package of a training's last checkpoint, whether or not the training has ended.")
    static final class ExportCommand extends OutputCommand implements Runnable {

        @Mixin
        private TrainingOptions.ParentOptions from;

        @Mixin
        private TrainingOptions.PackageOptions tuned;

        @Parameters(index = "0", paramLabel = "WORK", description = "The --work folder of the training.")
        private Path work;

        @Parameters(index = "1", paramLabel = "OUT", description = "Folder of the package; made if missing.")
        private Path out;

        @Override
        public void run() {
            Output output = output();
            ModelPackage parent = from.open(output);
            try {
                Trained trained = Trained.at(work, parent, EncoderOptions.onFirstDevice());
                tuned.save(trained, parent, from.input(), out, output);
            } catch (IOException e) {
                throw CommandFailure.failed(
                        "the training under %s cannot be exported to %s: %s".formatted(work, out, e.getMessage()), e);
            }
        }
    }

    /** {@code bulwark train masking}. */
    @Command(
            name = "masking",
            description = {
                "Compares the loss after one step of an attack with that after ten, on pictures that were not learnt from.",
                "Give the options of the training. A large gap says that the training's own attack is too weak."
            })
    static final class MaskingCommand extends OutputCommand implements Runnable {

        @Mixin
        private TrainingOptions.ParentOptions frozen;

        @Mixin
        private TrainingOptions.PictureOptions pictures;

        @Mixin
        private RecipeOptions recipe;

        @Mixin
        private StandardisedFare.DistillationOptions distillation;

        @Parameters(index = "0", paramLabel = "MODEL", description = "The tuned encoder.")
        private String tuned;

        @Option(
                names = "--work",
                required = true,
                paramLabel = "FOLDER",
                description = "Where decoded pictures are kept.")
        private Path work;

        @Option(names = "--pictures", defaultValue = "128", description = "Asked, evenly spread.")
        private int count;

        @Override
        public void run() {
            Output output = output();
            ModelPackage parent = frozen.open(output);
            Recipe asked = recipe.recipe(distillation.headWeight(), 0);
            EncoderOptions one = EncoderOptions.onFirstDevice().withThreads(1);
            try (PictureSet set = pictures.open(work.resolve("pictures"), output);
                    DifferentiableEncoder wanted = parent.openDifferentiable(one);
                    DifferentiableEncoder attacked =
                            ModelOptions.open(tuned, output).openDifferentiable(one)) {
                TrainingGoal.Maker goals = distillation.goals(parent, set, asked);
                MaskingCheck check = MaskingCheck.of(wanted, attacked, asked, goals, set, count);
                Map<String, Object> fields = Fields.of(
                        "pictures",
                        check.pictures(),
                        "clean",
                        check.clean(),
                        "oneStep",
                        check.oneStep(),
                        "tenSteps",
                        check.tenSteps(),
                        "gap",
                        check.gap());
                output.print(check.toString(), fields);
            } catch (IllegalArgumentException e) {
                throw CommandFailure.usage(e.getMessage());
            }
        }
    }

    /**
     * Whether one step of an attack finds what ten find. An encoder that learnt from weak attacks can bend its loss
     * so that one step leads nowhere, and be as weak as before: gradient masking (Tramèr et al., "Ensemble
     * Adversarial Training", ICLR 2018; Wong et al., "Fast is better than free", ICLR 2020). All numbers are means
     * over pictures of the loss that training lowers.
     *
     * @param clean of pictures as they are
     * @param oneStep after FGSM: one step of the whole bound from the picture
     * @param tenSteps after PGD-10 from a random start, steps of a quarter of the bound
     * @param pictures asked
     */
    record MaskingCheck(double clean, double oneStep, double tenSteps, int pictures) {

        private static final int AT_ONCE = 16;
        private static final int STEPS = 10;

        /**
         * Measures.
         *
         * @param parent frozen
         * @param tuned the encoder that is asked; attacked at the recipe's size
         * @param recipe whose size, crops, threat and seed are taken
         * @param pictures none of which should have been learnt from
         * @param count of them, evenly spread
         */
        public static MaskingCheck of(
                DifferentiableEncoder parent,
                DifferentiableEncoder tuned,
                Recipe recipe,
                TrainingGoal.Maker goals,
                PictureSet pictures,
                int count) {
            int asked = Math.min(count, pictures.size());
            int size = recipe.batches().size();
            int parentSize = recipe.batches().parentSize();
            ThreatModel threat = recipe.adversary().threat();
            Augmentation augmentation = new Augmentation(pictures, recipe.batches(), recipe.variation());
            double[] sums = new double[3];
            for (int from = 0; from < asked; from += AT_ONCE) {
                int some = Math.min(AT_ONCE, asked - from);
                float[] pixels = new float[some * 3 * size * size];
                float[] seen = new float[some * 3 * parentSize * parentSize];
                int[] labels = new int[some];
                for (int i = 0; i < some; i++) {
                    int picture = (int) ((long) (from + i) * pictures.size() / asked);
                    SplittableRandom random = Seeds.random(recipe.seed(), Seeds.DEVIATION, 1, from + i);
                    Augmentation.Crop crop = augmentation.crop(picture, random);
                    crop.write(size, pixels, i);
                    crop.write(parentSize, seen, i);
                    labels[i] = pictures.label(picture);
                }
                TrainingGoal goal = goals.of(parent.answer(seen, some, parentSize, parentSize), labels);
                Objective objective = goal.objective(tuned, size, size);
                Pgd one = new Pgd(1, threat.epsilon(), 0, false, 0);
                Pgd ten = new Pgd(STEPS, threat.epsilon() / 4, 0, true, recipe.seed() + from);
                float[][] found = {
                    pixels,
                    one.ascend(objective, threat, pixels, pixels, some, step -> {}),
                    ten.ascend(objective, threat, pixels, ten.start(threat, pixels, some), some, step -> {})
                };
                for (int i = 0; i < found.length; i++) {
                    Answers answers = tuned.answer(found[i], some, size, size);
                    sums[i] += some * goal.evaluate(answers, some).loss();
                }
            }
            return new MaskingCheck(sums[0] / asked, sums[1] / asked, sums[2] / asked, asked);
        }

        /** Loss that nine more steps add, as a share of what the attack adds; near 0 where nothing is masked. */
        public double gap() {
            return (tenSteps - oneStep) / (tenSteps - clean);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "pictures %d loss clean %.3f FGSM %.3f PGD-10 %.3f gap %.2f",
                    pictures,
                    clean,
                    oneStep,
                    tenSteps,
                    gap());
        }
    }
}
