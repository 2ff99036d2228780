package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.model.ModelPackage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

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

    /** A task made of data on disk, with what it says when that is not as it has to be. */
    public static <T> T made(Supplier<T> data) {
        try {
            return data.get();
        } catch (DataLayoutException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
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
        List<TaskReport.Row> rows = new ArrayList<>();
        rows.add(TaskReport.Row.clean(Map.of(score, ledger.cleanOverFiles(task))));
        for (ThreatModel threat : attacks.threats()) {
            rows.add(TaskReport.Row.under(threat, Map.of(score, ledger.robustOverFiles(task, threat))));
        }
        Results results = new Results(options.out(), output);
        results.write(report(task.name(), data, outcome, "over files (bootstrap)", rows));
        results.draw(task, score, outcome.encoder().name(), ledger, attacks.threats());
    }

    /** @param intervals of what, and how */
    TaskReport report(String task, String data, Outcome outcome, String intervals, List<TaskReport.Row> rows) {
        return new TaskReport(
                task,
                data,
                outcome.encoder().name(),
                outcome.encoder().fingerprint(),
                attacks.track().label(),
                attacks.attack(outcome.encoder().preprocess()).describe() + (attacks.allLosses() ? ", all losses" : ""),
                TaskRun.machine(),
                intervals,
                rows);
    }
}
