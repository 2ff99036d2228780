package io.bulwark.lab.evaluate;

import io.bulwark.lab.model.ModelOptions;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.Output;
import io.bulwark.perception.attack.ThreatModel;
import io.bulwark.perception.evaluate.Ledger;
import io.bulwark.perception.evaluate.Task;
import io.bulwark.perception.evaluate.data.DataLayoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** One task of one model: run, reported, drawn. */
record SingleEvaluation(ModelOptions model, AttackOptions attacks, RunOptions options, Output output) {

    /** A task made of data on disk, with what it says when that is not as it has to be. */
    static <T> T made(Supplier<T> data) {
        try {
            return data.get();
        } catch (DataLayoutException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    TaskRun.Outcome run(Task task) {
        return new TaskRun(
                        model.open(output),
                        options.with(model.options()),
                        attacks.attack(),
                        attacks.threats(),
                        attacks.track(),
                        options.out(),
                        options.batch())
                .run(task, output);
    }

    /** Runs a task whose result is one mean score. */
    void accuracy(Task task, String data, String score) {
        TaskRun.Outcome outcome = run(task);
        Ledger ledger = outcome.ledger();
        List<TaskReport.Row> rows = new ArrayList<>();
        rows.add(TaskReport.Row.clean(Map.of(score, ledger.clean())));
        for (ThreatModel threat : attacks.threats()) {
            rows.add(TaskReport.Row.under(threat, Map.of(score, ledger.robust(threat))));
        }
        Results results = new Results(options.out(), output);
        results.write(report(task.name(), data, outcome, rows));
        results.draw(task.name(), score, outcome.encoder().name(), ledger, attacks.threats());
    }

    TaskReport report(String task, String data, TaskRun.Outcome outcome, List<TaskReport.Row> rows) {
        return new TaskReport(
                task,
                data,
                outcome.encoder().name(),
                outcome.encoder().fingerprint(),
                attacks.track().label(),
                attacks.attack().describe(),
                TaskRun.machine(),
                rows);
    }
}
