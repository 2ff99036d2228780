package io.bulwark.lab.train;

import io.bulwark.lab.evaluate.TripletOptions;
import io.bulwark.lab.model.ModelOptions;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.perception.evaluate.EvaluatedEncoder;
import io.bulwark.perception.evaluate.data.DataLayoutException;
import io.bulwark.perception.evaluate.data.NightsLayout;
import io.bulwark.perception.evaluate.data.PictureSource;
import io.bulwark.perception.evaluate.data.Triplet;
import io.bulwark.perception.metric.Choice.Side;
import io.bulwark.perception.model.DifferentiableEncoder;
import io.bulwark.perception.model.EncoderOptions.Precision;
import io.bulwark.perception.model.MetricHead;
import io.bulwark.perception.model.MetricHeadFile;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.train.HeadTraining;
import io.bulwark.perception.train.HeadTraining.Report;
import io.bulwark.perception.train.HeadTraining.Sample;
import io.bulwark.perception.train.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark train head}. */
@Command(
        name = "head",
        description =
                "Teaches a small network behind an encoder, which itself stays as it is, what people find more alike"
                        + " (DreamSim's MLP head): 'similarity --head' and 'evaluate 2afc --head' compare behind it.")
public final class HeadCommand implements Callable<Integer> {

    private static final int BATCH_OF_PICTURES = 16;

    @Mixin
    private OutputOptions options;

    @Mixin
    private ModelOptions model;

    @Mixin
    private TripletOptions data;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "The head's file; called " + MetricHeadFile.NAME
                    + " in the model's folder it is the package's" + " own.")
    private Path out;

    @Option(
            names = "--hidden",
            paramLabel = "N",
            defaultValue = "512",
            description = "Units (default: ${DEFAULT-VALUE}).")
    private int hidden;

    @Option(
            names = "--margin",
            paramLabel = "M",
            defaultValue = "0.05",
            description = "By which the side that people chose shall be nearer (default: ${DEFAULT-VALUE}).")
    private double margin;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "2000", description = "Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "32",
            description = "Triplets a step (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "3e-4",
            description = "AdamW's rate at its height (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--weight-decay",
            paramLabel = "D",
            defaultValue = "1e-4",
            description = "Decoupled (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "0", description = "Of everything that is random.")
    private long seed;

    @Override
    public Integer call() {
        Output output = options.output();
        try {
            List<Triplet> triplets = data.triplets(NightsLayout.Split.TRAIN, seed);
            HeadTraining training = new HeadTraining(
                    hidden, batch, margin, new Recipe.Descent(rate, weightDecay, steps / 20, steps, 0, 0), seed);
            ModelPackage parent = model.open(output);
            Sample[] samples = samples(parent, triplets, output);
            MetricHead head = training.run(samples, Math.max(1, steps / 20), report -> print(report, output));
            Map<String, String> provenance = new TreeMap<>(training.describe());
            provenance.put(
                    "triplets", "%d of %s".formatted(triplets.size(), data.name(NightsLayout.Split.TRAIN, seed)));
            new MetricHeadFile(out).write(head, parent.describe(Precision.FP32).fingerprint(), provenance);
        } catch (DataLayoutException | IOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
        output.print(out.toString(), Map.of("head", out.toString()));
        return ExitCodes.OK;
    }

    private Sample[] samples(ModelPackage parent, List<Triplet> triplets, Output output) {
        List<PictureSource> pictures = new ArrayList<>();
        for (Triplet triplet : triplets) {
            boolean right = triplet.chosenByPeople() == Side.RIGHT;
            pictures.add(triplet.reference());
            pictures.add(right ? triplet.right() : triplet.left());
            pictures.add(right ? triplet.left() : triplet.right());
        }
        try (DifferentiableEncoder network = parent.openDifferentiable(model.options());
                Progress bar = Progress.of("embedding", pictures.size(), output)) {
            float[][] rows = EvaluatedEncoder.of(network, BATCH_OF_PICTURES).embed(pictures, bar::stepBy);
            Sample[] samples = new Sample[triplets.size()];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = new Sample(rows[3 * i], rows[3 * i + 1], rows[3 * i + 2]);
            }
            return samples;
        }
    }

    private static void print(Report report, Output output) {
        output.print(
                String.format(
                        Locale.ROOT,
                        "step %d loss %.4f agreement %.3f",
                        report.step(),
                        report.loss(),
                        report.agreement()),
                Map.of("step", report.step(), "loss", report.loss(), "agreement", report.agreement()));
    }
}
