package io.bulwark.lab.train;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.data.PictureFolder;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.picture.PictureCache;
import io.bulwark.lab.picture.PictureFiles;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.lab.picture.PictureSet.HeldOutOptions;
import io.bulwark.lab.train.Checkpoint.Trained;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.ModelPackage.TunedModel;
import io.bulwark.perception.safetensors.ElementType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A training, whatever it lowers: from where, to where, on what: {@code @Mixin TrainingOptions training}. */
public final class TrainingOptions {

    /** Makes what is lowered, once the pictures and the recipe are known. */
    @FunctionalInterface
    interface Goals {

        TrainingGoal.Maker of(ModelPackage parent, PictureSet pictures, Recipe recipe) throws IOException;
    }

    /** From this number of steps on, the hours are estimated before the first. */
    private static final int LONG = 100;

    @Mixin
    private ParentOptions frozen;

    @Mixin
    private PackageOptions tuned;

    @Mixin
    private PictureOptions pictures;

    @Option(
            names = "--start",
            paramLabel = "MODEL",
            description = "Where training starts: what an earlier stage made of the parent (default: the parent).")
    private String start;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            required = true,
            description = "The package that comes of it; made if missing.")
    private Path out;

    @Option(
            names = "--work",
            required = true,
            paramLabel = "FOLDER",
            description =
                    "Decoded pictures and checkpoints; a training that finds its checkpoint there goes on from it.")
    private Path work;

    @Option(
            names = "--stream",
            description = "Decode each picture when it is learnt, prepared as the parent's package says, and keep none:"
                    + " for ImageNet, of which the decoded pictures would fill 193 GB. Needs --held-out-every 0;"
                    + " --side, --crops and --squeeze decide nothing then.")
    private boolean stream;

    @Option(names = "--estimate", description = "Measure a step, say how long the training will take, and end.")
    private boolean estimate;

    @Option(names = "--threads", description = "That train side by side.")
    private int threads = 2;

    @Option(names = "--checkpoint-every", description = "Steps.")
    private int checkpointEvery = 50;

    @Option(names = "--report-every", description = "Steps.")
    private int reportEvery = 10;

    /**
     * Trains and writes the package.
     *
     * @throws CommandFailure if something cannot be read or written, does not fit together, or diverges
     */
    void run(Recipe recipe, Goals goals, Output output) {
        ModelPackage parent = frozen.open(output);
        ModelPackage from = start == null ? parent : ModelOptions.open(start, output);
        Trainer.Setup setup =
                new Trainer.Setup(EncoderOptions.onFirstDevice(), threads, work, checkpointEvery, reportEvery);
        try (PictureSet set = open(parent, output);
                Trainer trainer = new Trainer(parent, from, recipe, goals.of(parent, set, recipe), set, setup)) {
            output.note("%d pictures of %d px".formatted(set.size(), set.side()));
            if (estimate) {
                StepAverages.Cost cost = trainer.cost();
                output.print(cost.toString(), cost.fields());
                return;
            }
            if (recipe.descent().steps() >= LONG) {
                output.note(trainer.cost().toString());
            }
            Trained trained = trainer.run(report -> print(report, output));
            tuned.save(trained, parent, frozen.input(), out, output);
        } catch (IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    private PictureSet open(ModelPackage parent, Output output) throws IOException {
        if (!stream) {
            return pictures.open(work.resolve("pictures"), output);
        }
        if (pictures.keepsSome()) {
            throw CommandFailure.usage("--stream needs --held-out-every 0: which files are held out is decided by their"
                    + " bytes, and to read all of them takes hours; keep pictures apart by --exclude");
        }
        return PictureFolder.open(pictures.files(), parent.manifest().preprocess());
    }

    private static void print(StepAverages.StepReport report, Output output) {
        Map<String, Object> fields = Fields.of(
                "step",
                report.step(),
                "loss",
                report.loss(),
                "cleanCosine",
                report.cleanCosine(),
                "robustCosine",
                report.robustCosine(),
                "everydayCosine",
                report.everydayCosine(),
                "headAgreement",
                report.headAgreement(),
                "cleanAccuracy",
                report.cleanAccuracy(),
                "robustAccuracy",
                report.robustAccuracy(),
                "heldOutLoss",
                report.heldOutLoss(),
                "imagesPerSecond",
                report.imagesPerSecond(),
                "coreHours",
                report.coreHours());
        output.print(report.toString(), fields);
    }

    /** The package that is made of a training's result: {@code @Mixin PackageOptions tuned}. */
    static final class PackageOptions {

        @Option(names = "--name", paramLabel = "NAME", description = "The package's name (default: the folder's).")
        private String name;

        @Option(
                names = "--store",
                paramLabel = "TYPE",
                defaultValue = "F16",
                description = "How its weights are stored: F32, F16 or BF16.")
        private ElementType type;

        /**
         * Writes the package and says so.
         *
         * @param input side in pixels of what its encoder sees; empty for the parent's
         * @param out its folder; made if missing
         */
        void save(Trained trained, ModelPackage parent, OptionalInt input, Path out, Output output) throws IOException {
            String called = name == null ? out.toAbsolutePath().getFileName().toString() : name;
            TunedModel made = trained.model(called, type);
            parent.save(input.isPresent() ? made.withInput(input.getAsInt()) : made, out);
            String fingerprint = ModelPackage.open(out.toString())
                    .describe(EncoderOptions.Precision.FP32)
                    .fingerprint();
            Map<String, Object> fields = Fields.of(
                    "package",
                    out.toString(),
                    "fingerprint",
                    fingerprint,
                    "steps",
                    trained.steps(),
                    "provenance",
                    trained.provenance());
            output.print("%s steps=%d fingerprint=%s".formatted(out, trained.steps(), fingerprint), fields);
        }
    }

    /**
     * The parent of a robust training, and at which size what comes of it works: {@code @Mixin ParentOptions parent}.
     */
    static final class ParentOptions {

        @Option(
                names = "--model",
                paramLabel = "MODEL",
                defaultValue = ModelPackage.CLEAN_PARENT,
                description = "The training's parent.")
        private String model;

        @Option(
                names = "--input",
                paramLabel = "PX",
                description =
                        "Side of what the package's encoder sees, where its family takes any (default: the parent's).")
        private Integer input;

        ModelPackage open(Output output) {
            return ModelOptions.open(model, output);
        }

        /** Empty for the parent's. */
        OptionalInt input() {
            return input == null ? OptionalInt.empty() : OptionalInt.of(input);
        }
    }

    /** Which pictures are learnt from: {@code @Mixin PictureOptions pictures}. */
    public static final class PictureOptions {

        @Option(
                names = "--data",
                required = true,
                paramLabel = "PATH",
                description =
                        "A folder of pictures, searched to the bottom, or a text file that names one a line; repeatable.")
        private List<Path> data;

        @Mixin
        private HeldOutOptions heldOut;

        @Option(
                names = "--side",
                paramLabel = "PX",
                description = "Pictures are decoded once and kept as squares of this side.")
        private int side = 224;

        @Option(names = "--crops", description = "Random squares cut from each large photograph besides.")
        private int crops = 64;

        @Option(
                names = "--squeeze",
                negatable = true,
                fallbackValue = "true",
                description =
                        "Whether a whole picture is squeezed to a square; with --no-squeeze squares of its shorter "
                                + "side cover it, and its aspect ratio stays.")
        private boolean squeeze = true;

        /** Whether some files are kept for evaluation by their bytes. */
        boolean keepsSome() {
            return heldOut.split().every() != 0;
        }

        /** All files that are named, of both sides of the split. */
        List<PictureFiles> files() {
            try {
                return PictureFiles.of(data, heldOut.excluded());
            } catch (IOException e) {
                throw CommandFailure.failed(e.getMessage(), e);
            }
        }

        /**
         * The pictures, decoded now or before.
         *
         * @param folder of decoded pictures
         */
        public PictureCache open(Path folder, Output output) {
            List<PictureFiles> files = new ArrayList<>(files());
            int[] done = {0};
            try (Progress bar = Progress.of("decoding", files.size(), output)) {
                PictureCache.Settings settings = new PictureCache.Settings(side, crops, squeeze, heldOut.split());
                return PictureCache.open(files, settings, folder, (count, total) -> {
                    bar.stepBy(count - done[0]);
                    done[0] = count;
                });
            } catch (IOException e) {
                throw CommandFailure.failed("the pictures cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
