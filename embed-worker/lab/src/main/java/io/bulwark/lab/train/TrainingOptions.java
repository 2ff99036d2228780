package io.bulwark.lab.train;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.picture.PictureSet;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A training, whatever it lowers: from where, to where, on what: {@code @Mixin TrainingOptions training}. */
final class TrainingOptions {

    /** Makes what is lowered, once the pictures and the recipe are known. */
    @FunctionalInterface
    interface Goals {

        TrainingGoal.Maker of(ModelPackage parent, PictureSet pictures, Recipe recipe) throws IOException;
    }

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
        Trainer.Setup setup = new Trainer.Setup(EncoderOptions.defaults(), threads, work, checkpointEvery, reportEvery);
        try (PictureSet set = pictures.open(work.resolve("pictures"), output);
                Trainer trainer = new Trainer(parent, from, recipe, goals.of(parent, set, recipe), set, setup)) {
            output.note("%d pictures of %d px".formatted(set.size(), set.side()));
            Trained trained = trainer.run(report -> print(report, output));
            tuned.save(trained, parent, frozen.input(), out, output);
        } catch (DivergedException | IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    private static void print(StepReport report, Output output) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("step", report.step());
        fields.put("loss", report.loss());
        fields.put("cleanCosine", report.cleanCosine());
        fields.put("robustCosine", report.robustCosine());
        fields.put("everydayCosine", report.everydayCosine());
        fields.put("headAgreement", report.headAgreement());
        fields.put("cleanAccuracy", report.cleanAccuracy());
        fields.put("robustAccuracy", report.robustAccuracy());
        fields.put("heldOutLoss", report.heldOutLoss());
        fields.put("imagesPerSecond", report.imagesPerSecond());
        output.print(report.toString(), fields);
    }
}
