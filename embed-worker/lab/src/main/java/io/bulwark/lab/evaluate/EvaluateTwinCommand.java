package io.bulwark.lab.evaluate;

import io.bulwark.lab.options.ModelOptions;
import io.bulwark.lab.options.Threats;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.robustness.attack.ThreatModel;
import io.bulwark.robustness.evaluate.EvaluatedEncoder;
import io.bulwark.robustness.evaluate.Labelled;
import io.bulwark.robustness.evaluate.TwinEvaluation;
import io.bulwark.robustness.evaluate.TwinEvaluation.Result;
import io.bulwark.robustness.evaluate.ViewModerator;
import io.bulwark.robustness.evaluate.data.DataLayoutException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate twin}. */
@Command(
        name = "twin",
        description =
                "How often a robust encoder and its clean twin disagree on pictures attacked against the twin, and on"
                        + " clean ones. The threshold is calibrated on one half of the queries, the other half is attacked:"
                        + " the pixels that the twin sees after resizing, rounded to 8 bits, which make a picture of that"
                        + " size; each encoder sees it through its own preprocessing.")
public final class EvaluateTwinCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private ComparisonOptions compared;

    @Option(
            names = "--twin",
            paramLabel = "LOCATION",
            defaultValue = ModelPackage.CLEAN_PARENT,
            description = "The clean encoder, which is attacked; a location as --model takes it.")
    private String twin;

    @Option(names = "--threat", paramLabel = "NORM:EPSILON", description = "What the attacker may do.")
    private String threat = "linf:4/255";

    @Option(
            names = "--budget",
            paramLabel = "SHARE",
            description = "Of false positives, that the threshold is calibrated to.")
    private double budget = 0.01;

    @Option(
            names = "--floor",
            paramLabel = "COSINE",
            description = "Below which a picture is unfamiliar and left to a person (default: calibrated on the"
                    + " references; -1 switches it off).")
    private Double floor;

    @Option(names = "--batch", description = "Pictures at once.")
    private int batch = 8;

    @Option(names = "--threads", description = "Threads within an operation, -1 for all cores.")
    private int threads = -1;

    @Override
    public Integer call() {
        Output output = terminal.output();
        ThreatModel within = Threats.named("--threat", threat);
        List<Labelled> references = compared.knn().references(UnaryOperator.identity());
        List<Labelled> queries = compared.knn().queries(UnaryOperator.identity());
        EncoderOptions options =
                SingleEvaluation.made(() -> compared.model().options().withThreads(threads));
        try (DifferentiableEncoder robust = compared.model().open(output).openDifferentiable(options);
                DifferentiableEncoder clean = ModelOptions.open(twin, output).openDifferentiable(options);
                ViewModerator ofRobust = moderation(robust, references, output);
                ViewModerator ofClean = moderation(clean, references, output);
                StageLog log = new StageLog("twin", output)) {
            Result result = new TwinEvaluation(ofRobust, ofClean, budget)
                    .run(
                            half(queries, 0).stream().map(Labelled::picture).toList(),
                            half(queries, 1).stream().map(Labelled::picture).toList(),
                            half(queries, 1).stream()
                                    .map(query -> compared.flagged().contains(query.label()))
                                    .toList(),
                            compared.apgd().attack(),
                            within,
                            log);
            print(output, robust.description().name(), clean.description().name(), within, result);
            return ExitCodes.OK;
        } catch (DataLayoutException | IllegalArgumentException | IllegalStateException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private ViewModerator moderation(DifferentiableEncoder network, List<Labelled> references, Output output) {
        OptionalDouble below = floor == null ? OptionalDouble.empty() : OptionalDouble.of(floor);
        try (Progress bar = Progress.of("embedding", references.size(), output)) {
            return ViewModerator.of(
                    EvaluatedEncoder.of(network, batch), references, compared.flagged(), below, bar::stepBy);
        }
    }

    /** Every other query. */
    private static List<Labelled> half(List<Labelled> queries, int first) {
        return IntStream.range(0, queries.size())
                .filter(i -> i % 2 == first)
                .mapToObj(queries::get)
                .toList();
    }

    private void print(Output output, String robust, String clean, ThreatModel within, Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("robust", robust);
        fields.put("clean", clean);
        fields.put("threat", within.toString());
        fields.put("attack", compared.apgd().attack().describe());
        fields.put("threshold", result.calibration().threshold());
        fields.put("calibrationImages", result.calibration().images());
        fields.put("falsePositives", TaskReport.json(result.falsePositives()));
        fields.put("attacked", result.attacked());
        fields.put("flipped", result.flipped());
        fields.put("detected", TaskReport.json(result.detected()));
        output.print(
                """
                **twin** of `%s` and `%s`: %s on the latter, %s, pixels after resize as a file; 95 %% intervals (Wilson). %s.

                | | |
                |---|---|
                | threshold, calibrated on %d clean pictures | %.4f |
                | fires on further clean pictures | %s |
                | decisions of the clean encoder that were right, and attacked | %d |
                | of these, flipped | %d |
                | fires on the flipped | %s |
                """.formatted(
                                robust,
                                clean,
                                compared.apgd().attack().describe(),
                                within,
                                TaskRun.machine(),
                                result.calibration().images(),
                                result.calibration().threshold(),
                                result.falsePositives(),
                                result.attacked(),
                                result.flipped(),
                                result.detected()),
                fields);
    }
}
