package io.bulwark.lab.train;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.lab.data.ExactPictureReader;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.data.TripletOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark train lora}. */
@Command(
        name = "lora",
        description = "Teaches an encoder what people find more alike by low-rank adapters on its matrices (LoRA, as"
                + " DreamSim and R-CLIP use it). They are merged into the weights: the package runs as any other.")
final class LoraCommand implements Runnable {

    /** From this number of steps on, the hours are estimated before the first. */
    private static final int LONG = 100;

    @Mixin
    private OutputOptions options;

    @Mixin
    private ModelOptions model;

    @Mixin
    private TripletOptions data;

    @Mixin
    private TripletDescent.TripletRecipeOptions learning;

    @Mixin
    private TrainingOptions.PackageOptions adapted;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            required = true,
            description = "The package that comes of it; made if missing.")
    private Path out;

    @Option(
            names = "--rank",
            paramLabel = "R",
            defaultValue = "" + Adapters.Lora.PUBLISHED_RANK,
            description = "Of the adapters.")
    private int rank;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            defaultValue = "" + Adapters.Lora.PUBLISHED_ALPHA,
            description = "An adapter counts alpha / rank.")
    private double alpha;

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--layers",
            paramLabel = "NAME",
            split = ",",
            description = "Adapt the linear layers and 1x1 convolutions whose names hold one of these, such as attn,mlp"
                    + " (default: queries, keys and values of a transformer, the MLPs of a ConvNeXt's blocks, all 1x1"
                    + " convolutions of a MobileNetV2).")
    private List<String> layers = List.of();

    @Option(
            names = "--work",
            paramLabel = "FOLDER",
            description = "Checkpoints; a training that finds its own there goes on from it (default: none are kept).")
    private Path work;

    @Option(names = "--checkpoint-every", description = "Steps.")
    private int checkpointEvery = 50;

    @Option(names = "--estimate", description = "Measure a step, say how long the training will take, and end.")
    private boolean estimate;

    @Option(names = "--shard", description = "Triplets a pass; divides the batch.")
    private int shard = 4;

    @Option(names = "--threads", description = "That train side by side.")
    private int threads = 2;

    @Override
    public void run() {
        Output output = options.output();
        try {
            List<Triplet> triplets = learning.triplets(data);
            TripletDescent.TripletRecipe recipe =
                    learning.recipe(TripletDescent.TripletRecipeOptions.Published.ADAPTERS, triplets.size());
            LoraTraining training = new LoraTraining(new Adapters.Lora(rank, alpha, layers), shard, recipe);
            LoraTraining.Setup setup = new LoraTraining.Setup(
                    model.options(),
                    threads,
                    TripletDescent.TripletRecipeOptions.reportEvery(recipe),
                    Optional.ofNullable(work),
                    checkpointEvery);
            ModelPackage parent = model.open(output);
            TripletSet.ReadTriplets read = new TripletSet.ReadTriplets(
                    triplets, new ExactPictureReader(parent.manifest().preprocess()));
            if (estimate || recipe.descent().steps() >= LONG) {
                StepAverages.Cost cost = training.cost(parent, read, setup);
                if (estimate) {
                    output.print(cost.toString(), cost.fields());
                    return;
                }
                output.note(cost.toString());
            }
            Trained trained = training.run(
                    parent, read, setup, report -> TripletDescent.TripletRecipeOptions.print(report, output));
            Trained described = trained.with("triplets", learning.describe(triplets, data));
            adapted.save(described, parent, OptionalInt.empty(), out, output);
        } catch (IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }
}
