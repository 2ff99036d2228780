package io.bulwark.lab.bench;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.lab.attack.gradient.AttackBenchmark;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.model.ModelPackage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bench attack}. */
@Command(
        name = "attack",
        description = {
            "APGD's gradient steps a second beside forward passes of the same encoder in the same run: of the",
            "differentiable instance, and of the one that infers. Fails where a batch size reaches less than --least of the former."
        })
public final class AttackBenchCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private RateOptions rates;

    @Mixin
    private ModelOptions model;

    @Option(
            names = "--least",
            paramLabel = "SHARE",
            description = "Gradient steps for each forward pass that must be reached.")
    private double least = 0.30;

    @Override
    public Integer call() {
        List<Integer> batches = rates.batches();
        Output output = options.output();
        output.note(Machine.describe());
        Duration each = rates.each();
        List<AttackBenchmark.Result> results = new ArrayList<>();
        EncoderOptions encoderOptions = rates.on(model.options());
        try {
            ModelPackage opened = model.open(output);
            try (DifferentiableEncoder gradients = opened.openDifferentiable(encoderOptions);
                    Encoder inference = opened.openEncoder(encoderOptions)) {
                for (int batch : batches) {
                    AttackBenchmark.Result result = AttackBenchmark.run(gradients, inference, batch, each);
                    print(output, opened.manifest().name(), result);
                    results.add(result);
                }
            }
        } catch (ModelPackageException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
        return verdict(output, results);
    }

    private int verdict(Output output, List<AttackBenchmark.Result> results) {
        double lowest = results.stream()
                .mapToDouble(AttackBenchmark.Result::shareOfForward)
                .min()
                .orElse(0);
        boolean holds = lowest >= least;
        output.print(
                String.format(
                        Locale.ROOT,
                        "gradient steps for each forward pass: at least %.2f (wanted %.2f)%s",
                        lowest,
                        least,
                        holds ? "" : ", too slow"),
                Map.of("leastShare", lowest, "wanted", least, "holds", holds));
        return holds ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private static void print(Output output, String name, AttackBenchmark.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("model", name);
        fields.put("batch", result.batch());
        fields.put("gradientStepsPerSecond", result.gradientSteps());
        fields.put("forwardImagesPerSecond", result.forward());
        fields.put("inferenceImagesPerSecond", result.inference());
        fields.put("shareOfForward", result.shareOfForward());
        fields.put("shareOfInference", result.shareOfInference());
        output.print(
                String.format(
                        Locale.ROOT,
                        "%s batch %2d  %6.1f gradient steps/s, %6.1f images/s forward (%.2f), %6.1f images/s as the worker infers (%.2f)",
                        name,
                        result.batch(),
                        result.gradientSteps(),
                        result.forward(),
                        result.shareOfForward(),
                        result.inference(),
                        result.shareOfInference()),
                fields);
    }
}
