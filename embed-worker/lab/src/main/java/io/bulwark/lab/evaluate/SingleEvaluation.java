package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.report.Share;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats.ApgdOptions;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.model.ModelPackage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * One task of one model: run, reported, drawn.
 *
 * @param behind puts a head behind the model's encoder, or leaves it as it is
 */
public record SingleEvaluation(
        ModelOptions model,
        AttackOptions attacks,
        RunOptions options,
        Output output,
        UnaryOperator<DifferentiableEncoder> behind) {

    SingleEvaluation(ModelOptions model, AttackOptions attacks, RunOptions options, Output output) {
        this(model, attacks, options, output, encoder -> encoder);
    }

    /** What a run came to. */
    record Outcome(EncoderDescription encoder, Ledger ledger) {}

    Outcome run(Task task) {
        ModelPackage attacked = model.open(output);
        TaskRun run = new TaskRun(
                attacks.attack(attacked.manifest().preprocess()),
                attacks.allLosses(),
                attacks.steps(),
                attacks.threats(),
                attacks.track(),
                options.out());
        try (OpenedEncoder opened =
                OpenedEncoder.of(attacked, options.with(model.options()), options.batch(), behind)) {
            output.note("%s %s: %s".formatted(opened.description().name(), task.name(), opened.cost(run.steps(task))));
            return new Outcome(opened.description(), run.run(opened.encoder(), task, output));
        }
    }

    /** Runs a task whose result is one mean score. */
    void accuracy(Task task, String data, String score) {
        Outcome outcome = run(task);
        Ledger ledger = outcome.ledger();
        report(
                task.name(),
                data,
                outcome,
                Map.of(score, ledger.cleanOverFiles(task)),
                threat -> Map.of(score, ledger.robustOverFiles(task, threat)));
        draw(task, score, outcome);
    }

    /** Writes and prints what was found on clean pictures and under each threat model. */
    void report(
            String task,
            String data,
            Outcome outcome,
            Map<String, FileBootstrap> clean,
            Function<ThreatModel, Map<String, FileBootstrap>> under) {
        List<TaskReport.Row> rows = new ArrayList<>(List.of(new TaskReport.Row("clean", clean)));
        attacks.threats().forEach(threat -> rows.add(new TaskReport.Row(threat.toString(), under.apply(threat))));
        new Results(options.out(), output)
                .publish(
                        task,
                        new TaskReport(
                                task,
                                data,
                                outcome.encoder().name(),
                                outcome.encoder().fingerprint(),
                                attacks.track().label(),
                                attacks.attack(outcome.encoder().preprocess()).describe()
                                        + (attacks.allLosses() ? ", all losses" : ""),
                                Machine.describe(),
                                rows));
    }

    /** Draws the score over ε, a picture for each norm that occurs. */
    void draw(Task task, String score, Outcome outcome) {
        for (Norm norm : attacks.threats().stream().map(ThreatModel::norm).collect(Collectors.toSet())) {
            Results.Curve curve = new Results.Curve(
                    "%s under attack".formatted(task.name()), norm == Norm.LINF ? "l∞ ε in 1/255" : "l2 ε", score);
            SortedMap<Double, FileBootstrap> points =
                    new TreeMap<>(Map.of(0.0, outcome.ledger().cleanOverFiles(task)));
            for (ThreatModel threat : attacks.threats()) {
                if (threat.norm() == norm) {
                    points.put(
                            threat.epsilon() * (norm == Norm.LINF ? 255 : 1),
                            outcome.ledger().robustOverFiles(task, threat));
                }
            }
            curve.add(outcome.encoder().name(), points);
            new Results(options.out(), output)
                    .draw("%s-%s".formatted(task.name().replace(' ', '-'), norm.label()), curve);
        }
    }

    /** A model, who attacks it, and how the run goes on: {@code @Mixin EvaluationOptions evaluation}. */
    static final class EvaluationOptions {

        @Mixin
        ModelOptions model;

        @Mixin
        AttackOptions attacks;

        @Mixin
        RunOptions run;

        SingleEvaluation on(Output output) {
            return new SingleEvaluation(model, attacks, run, output);
        }
    }

    /** A model that is set beside a clean one on a decision of two sides: {@code @Mixin ComparisonOptions compared}. */
    static final class ComparisonOptions {

        @Mixin
        ModelOptions model;

        @Mixin
        ApgdOptions apgd;

        @Mixin
        ShareOptions.KnnOptions knn;

        @Option(
                names = "--flagged",
                paramLabel = "LABEL",
                split = ",",
                required = true,
                description = "Classes that are to be flagged, as their folders are called.")
        Set<String> flagged;
    }

    /**
     * What an evaluation found, for people and for machines.
     *
     * @param task what was asked
     * @param data what of, in words
     * @param model the encoder's name
     * @param fingerprint the encoder's
     * @param track what the attacker sets
     * @param attack how
     * @param machine where
     * @param rows the clean one first
     */
    private record TaskReport(
            String task,
            String data,
            String model,
            String fingerprint,
            String track,
            String attack,
            String machine,
            List<Row> rows)
            implements Results.Report {

        /**
         * One threat model's scores.
         *
         * @param threat {@code clean}, or the threat model's name
         * @param values by name, in order: one accuracy, or precision and recall
         */
        record Row(String threat, Map<String, ? extends Share> values) {}

        @Override
        public String markdown() {
            Markdown text = new Markdown()
                    .line("**%s** of `%s` (%s), %s.", task, model, fingerprint.substring(0, 12), data)
                    .line(
                            "Attack: %s, track *%s*; 95 %% intervals over files (bootstrap). %s.",
                            attack, track, machine);
            Set<String> names = rows.get(0).values().keySet();
            text.header(Stream.concat(Stream.of("threat model"), names.stream()).toArray());
            for (Row row : rows) {
                text.row(Stream.concat(
                                Stream.of(row.threat()),
                                names.stream()
                                        .map(name -> Optional.<Object>ofNullable(
                                                        row.values().get(name))
                                                .orElse("none removed")))
                        .toArray());
            }
            return text.toString();
        }

        @Override
        public Map<String, Object> json() {
            return Fields.of(
                    "task",
                    task,
                    "data",
                    data,
                    "model",
                    model,
                    "fingerprint",
                    fingerprint,
                    "track",
                    track,
                    "attack",
                    attack,
                    "machine",
                    machine,
                    "rows",
                    rows.stream().map(TaskReport::json).toList());
        }

        private static Map<String, Object> json(Row row) {
            Map<String, Object> fields = Fields.of("threat", row.threat());
            row.values()
                    .forEach((name, value) ->
                            fields.put(name.toLowerCase(Locale.ROOT).replace(' ', '-'), Fields.of(value)));
            return fields;
        }
    }
}
