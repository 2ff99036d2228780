package io.bulwark.lab.train;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.data.TripletOptions;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.encoder.MetricHead;
import io.bulwark.perception.model.MetricHeadFile;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark train head}. */
@Command(
        name = "head",
        description =
                "Teaches a small network behind an encoder, which itself stays as it is, what people find more alike"
                        + " (DreamSim's MLP head): 'similarity --head' and 'evaluate 2afc --head' compare behind it.")
final class HeadCommand implements Runnable {

    private static final int BATCH_OF_PICTURES = 16;

    @Mixin
    private OutputOptions options;

    @Mixin
    private ModelOptions model;

    @Mixin
    private TripletOptions data;

    @Mixin
    private TripletDescent.TripletRecipeOptions learning;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "The head's file; called " + MetricHeadFile.NAME
                    + " in the model's folder it is the package's" + " own.")
    private Path out;

    @Option(names = "--hidden", description = "Units.")
    private int hidden = 512;

    @Override
    public void run() {
        Output output = options.output();
        try {
            List<Triplet> triplets = learning.triplets(data);
            TripletDescent.TripletRecipe recipe =
                    learning.recipe(TripletDescent.TripletRecipeOptions.Published.HEAD, triplets.size());
            HeadTraining training = new HeadTraining(hidden, recipe);
            ModelPackage parent = model.open(output);
            MetricHead head = training.run(
                    samples(parent, triplets, output),
                    TripletDescent.TripletRecipeOptions.reportEvery(recipe),
                    report -> TripletDescent.TripletRecipeOptions.print(report, output));
            Map<String, String> provenance = new TreeMap<>(training.describe());
            provenance.put("triplets", learning.describe(triplets, data));
            new MetricHeadFile(out).write(head, parent.describe(Precision.FP32).fingerprint(), provenance);
        } catch (IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
        output.print(out.toString(), Map.of("head", out.toString()));
    }

    private TripletSet.EmbeddedTriplet[] samples(ModelPackage parent, List<Triplet> triplets, Output output) {
        List<PictureSource> pictures = new ArrayList<>();
        for (Triplet triplet : triplets) {
            pictures.addAll(triplet.pictures());
        }
        try (DifferentiableEncoder network = parent.openDifferentiable(model.options());
                Progress bar = Progress.of("embedding", pictures.size(), output)) {
            float[][] rows = EvaluatedEncoder.of(network, BATCH_OF_PICTURES).embed(pictures, bar::stepBy);
            TripletSet.EmbeddedTriplet[] samples = new TripletSet.EmbeddedTriplet[triplets.size()];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = new TripletSet.EmbeddedTriplet(rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]);
            }
            return samples;
        }
    }
}
