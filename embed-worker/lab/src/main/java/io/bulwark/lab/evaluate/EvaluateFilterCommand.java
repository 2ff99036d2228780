package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.lab.attack.ThreatModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate filter}. */
@Command(
        name = "filter",
        description =
                "Data-set filtering: precision and recall of removing flagged pictures by their nearest references,"
                        + " clean and attacked (flagged pictures evade, harmless ones are made to look flagged).")
public final class EvaluateFilterCommand implements Callable<Integer> {

    private static final String FLAGGED = "flagged";
    private static final String HARMLESS = "harmless";

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private EvaluationOptions evaluation;

    @Mixin
    private KnnOptions knn;

    @Option(
            names = "--flagged",
            paramLabel = "LABEL",
            split = ",",
            required = true,
            description = "Classes to remove, as their folders are called.")
    private Set<String> flagged;

    @Override
    public Integer call() {
        UnaryOperator<String> side = label -> flagged.contains(label) ? FLAGGED : HARMLESS;
        List<Labelled> references = knn.references(side);
        List<Labelled> queries = evaluation.run().limited(knn.queries(side));
        List<Boolean> isFlagged =
                queries.stream().map(query -> query.label().equals(FLAGGED)).toList();
        if (!isFlagged.contains(true)) {
            throw CommandFailure.usage(
                    "--queries: none of the pictures is of a flagged class, --flagged names " + flagged);
        }
        KnnTask task = SingleEvaluation.made(() -> new KnnTask(references, queries, knn.vote()));
        SingleEvaluation single = evaluation.on(terminal.output());
        SingleEvaluation.Outcome outcome = single.run(task);
        List<TaskReport.Row> rows = new ArrayList<>();
        rows.add(TaskReport.Row.clean(columns(Filtering.clean(outcome.ledger(), task, isFlagged))));
        for (ThreatModel threat : evaluation.attacks().threats()) {
            rows.add(
                    TaskReport.Row.under(threat, columns(Filtering.robust(outcome.ledger(), task, isFlagged, threat))));
        }
        String data = "%d pictures (%s), %d of them flagged, against %d references, k=%d"
                .formatted(
                        queries.size(),
                        knn.share().words(),
                        isFlagged.stream().filter(one -> one).count(),
                        references.size(),
                        knn.vote().k());
        new Results(evaluation.run().out(), terminal.output())
                .write(single.report("filter", data, outcome, "over files (bootstrap)", rows));
        return ExitCodes.OK;
    }

    private static Map<String, FileBootstrap> columns(Filtering filtering) {
        Map<String, FileBootstrap> columns = new LinkedHashMap<>();
        columns.put("recall", filtering.recall());
        columns.put("precision", filtering.precision().orElse(null));
        return columns;
    }
}
