package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.evaluate.KnnTask.Labelled;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.audit.TwinAuditor;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate twin}. */
@Command(
        name = "twin",
        description =
                "How often a robust encoder and its clean twin disagree on pictures attacked against the twin, and on"
                        + " clean ones. The threshold is calibrated on one half of the queries' files, the other half is attacked:"
                        + " the pixels that the twin sees after resizing, rounded to 8 bits, which make a picture of that"
                        + " size; each encoder sees it through its own preprocessing.")
final class EvaluateTwinCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private SingleEvaluation.ComparisonOptions compared;

    @Mixin
    private RunOptions.ErrorBudget budget;

    @Option(
            names = "--twin",
            paramLabel = "LOCATION",
            defaultValue = ModelPackage.CLEAN_PARENT,
            description = "The clean encoder, which is attacked; a location as --model takes it.")
    private String twin;

    @Option(names = "--threat", paramLabel = "NORM:EPSILON", description = "What the attacker may do.")
    private String threat = "linf:4/255";

    @Option(
            names = "--knowing",
            paramLabel = "N",
            description = "Pictures attacked with knowledge of robust encoder, twin and threshold, each with"
                    + " several weights; evenly spread. 0 leaves that out.")
    private int knowing = 40;

    @Option(
            names = "--floor",
            paramLabel = "COSINE",
            description = "Below which a picture is unfamiliar and left to a person (default: calibrated on the"
                    + " references; -1 switches it off).")
    private Double floor;

    @Option(names = "--batch", description = "Pictures at once.")
    private int batch = 8;

    @Option(names = "--threads", description = "Threads within an operation, -1 for all cores.")
    private int threads = 1;

    @Override
    public Integer call() {
        Output output = output();
        ThreatModel within = Threats.named("--threat", threat);
        List<Labelled> references = compared.knn.references(UnaryOperator.identity());
        List<Labelled> queries = compared.knn.queries(UnaryOperator.identity());
        EncoderOptions options =
                CommandFailure.orUsage(() -> compared.model.options().withThreads(threads));
        try (DifferentiableEncoder robust = compared.model.open(output).openDifferentiable(options);
                DifferentiableEncoder clean = ModelOptions.open(twin, output).openDifferentiable(options);
                ViewModerator ofRobust = moderation(robust, references, output);
                ViewModerator ofClean = moderation(clean, references, output);
                EvaluationProgress.StageLog log = new EvaluationProgress.StageLog("twin", output)) {
            List<Labelled> some =
                    knowing == 0 ? List.of() : RunOptions.spread(half(queries, false), knowing, "--knowing");
            noteCost(robust, clean, half(queries, false).size(), some.size(), output);
            TwinEvaluation.Result result = new TwinEvaluation(ofRobust, ofClean, budget.share(), budget.delta())
                    .run(
                            pictures(half(queries, true)),
                            pictures(half(queries, false)),
                            flagged(half(queries, false)),
                            compared.apgd.attack(),
                            within,
                            log);
            TwinAuditor auditor = new TwinAuditor(result.calibration().threshold());
            Optional<KnowingAttack.Result> known = some.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new KnowingAttack(ofRobust, ofClean, auditor)
                            .run(pictures(some), flagged(some), compared.apgd.attack(), within, log));
            KnowingAttack.TwinTable table = new KnowingAttack.TwinTable(
                    robust.description().name(),
                    clean.description().name(),
                    compared.apgd.attack().describe(),
                    within,
                    result,
                    known);
            output.print(table.markdown(), table.json());
            return ExitCodes.OK;
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private ViewModerator moderation(DifferentiableEncoder network, List<Labelled> references, Output output) {
        OptionalDouble below = floor == null ? OptionalDouble.empty() : OptionalDouble.of(floor);
        try (Progress bar = Progress.of("embedding", references.size(), output)) {
            return ViewModerator.of(
                    EvaluatedEncoder.of(network, batch), references, compared.flagged, below, bar::stepBy);
        }
    }

    /** A file's name says which half it is of, so that squares of one photograph are never on both sides. */
    private static List<Labelled> half(List<Labelled> queries, boolean calibrates) {
        return queries.stream()
                .filter(query -> calibrates == query.picture().source().fraction("twin") < 0.5)
                .toList();
    }

    private static List<PictureSource> pictures(List<Labelled> queries) {
        return queries.stream().map(Labelled::picture).toList();
    }

    private List<Boolean> flagged(List<Labelled> queries) {
        return queries.stream()
                .map(query -> compared.flagged.contains(query.label()))
                .toList();
    }

    /** A step of an attacker who knows the twin is one of both encoders, forward twice. */
    private void noteCost(
            DifferentiableEncoder robust, DifferentiableEncoder clean, int attacked, int known, Output output) {
        OpenedEncoder.GradientRate ofClean = OpenedEncoder.GradientRate.measure(clean, List.of(1));
        OpenedEncoder.GradientRate ofRobust = OpenedEncoder.GradientRate.measure(robust, List.of(1));
        long steps = compared.apgd.steps() * attacked;
        long joint = compared.apgd.steps() * known * KnowingAttack.WEIGHTS.size();
        output.note(String.format(
                Locale.ROOT,
                "at most %d gradient steps of the clean encoder and %d of both together: about %d min at the pace of this"
                        + " machine now",
                steps,
                joint,
                ofClean.cost(steps + joint * 4 / 3)
                        .plus(ofRobust.cost(joint * 4 / 3))
                        .toMinutes()));
    }
}
