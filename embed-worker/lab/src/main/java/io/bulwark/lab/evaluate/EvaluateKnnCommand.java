package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bulwark evaluate knn}. */
@Command(
        name = "knn",
        description = "kNN classification: the vote of the nearest references, and how far attackers get against it.")
public final class EvaluateKnnCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private EvaluationOptions evaluation;

    @Mixin
    private KnnOptions knn;

    @Override
    public Integer call() {
        List<Labelled> references = knn.references(UnaryOperator.identity());
        List<Labelled> queries = evaluation.run().limited(knn.queries(UnaryOperator.identity()));
        KnnTask task = SingleEvaluation.made(() -> new KnnTask(references, queries, knn.vote()));
        evaluation
                .on(terminal.output())
                .accuracy(
                        task,
                        "%d pictures (%s) of %d classes against %d references, k=%d"
                                .formatted(
                                        queries.size(),
                                        knn.share().words(),
                                        task.classes().size(),
                                        references.size(),
                                        knn.vote().k()),
                        "accuracy");
        return ExitCodes.OK;
    }
}
