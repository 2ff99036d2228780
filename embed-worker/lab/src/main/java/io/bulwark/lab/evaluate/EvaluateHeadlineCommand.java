package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate headline}. */
@Command(
        name = "headline",
        description =
                "A clean encoder beside a robust one on the same pictures, each attacked at its own input size, cell"
                        + " by cell: each goes on from its ledger, so the hours that all of them take can be spent in"
                        + " pieces.")
public final class EvaluateHeadlineCommand implements Callable<Integer> {

    private static final String FLAGGED = "flagged";

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private ComparisonOptions compared;

    @Mixin
    private RunOptions run;

    @Option(
            names = "--clean",
            paramLabel = "LOCATION",
            defaultValue = ModelPackage.CLEAN_PARENT,
            description = "The clean encoder; --model is the robust one.")
    private String clean;

    @Option(
            names = "--cells",
            paramLabel = "CELL",
            split = ",",
            defaultValue = "KNN,HEAD,KNN_L2,UPLOAD,CHOICE,RETRIEVAL",
            description = "Of ${COMPLETION-CANDIDATES}, in this order.")
    private List<HeadlineCell> cells;

    @Option(
            names = "--subset",
            paramLabel = "CELL=N",
            split = ",",
            defaultValue = "UPLOAD=100,CHOICE=250,RETRIEVAL=250",
            description = "Number of questions to ask of a cell, evenly spread.")
    private Map<HeadlineCell, Integer> subset;

    @Override
    public Integer call() {
        Output output = terminal.output();
        requireOneQuestionnaire();
        UnaryOperator<String> side = label -> compared.flagged().contains(label) ? FLAGGED : "other";
        HeadlineTasks tasks = new HeadlineTasks(
                compared.knn().references(side),
                run.limited(compared.knn().queries(side)),
                compared.knn().vote(),
                compared.apgd().seed());
        EncoderOptions options = run.with(compared.model().options());
        ModelPackage parent = ModelOptions.open(clean, output);
        try (OpenedEncoder ofClean = OpenedEncoder.of(parent, options, run.batch());
                OpenedEncoder ofRobust = OpenedEncoder.of(compared.model().open(output), options, run.batch())) {
            List<OpenedEncoder> encoders = List.of(ofClean, ofRobust);
            Map<HeadlineCell, Task> asked = new LinkedHashMap<>();
            for (HeadlineCell cell : cells) {
                asked.put(
                        cell,
                        SingleEvaluation.made(() -> cell == HeadlineCell.HEAD
                                ? tasks.ofHead(
                                        subset.get(cell),
                                        ofClean.encoder(),
                                        HeadlineTasks.head(parent, options),
                                        output)
                                : tasks.of(cell, subset.get(cell))));
            }
            long steps = cells.stream()
                    .mapToLong(cell -> taskRun(cell).steps(asked.get(cell)))
                    .sum();
            encoders.forEach(encoder -> output.note(
                    "%s, the whole table: %s".formatted(encoder.description().name(), encoder.cost(steps))));
            HeadlineTable table = table(tasks, encoders);
            asked.forEach((cell, task) -> fill(table, cell, task, encoders, output));
            output.print(table.markdown(), table.json());
        } catch (DataLayoutException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
        return ExitCodes.OK;
    }

    /** Else the second of the two would find the other's answers in the ledger, after hours. */
    private void requireOneQuestionnaire() {
        boolean both = cells.containsAll(Set.of(HeadlineCell.KNN, HeadlineCell.KNN_L2));
        if (both && !Objects.equals(subset.get(HeadlineCell.KNN), subset.get(HeadlineCell.KNN_L2))) {
            throw CommandFailure.usage(
                    "--subset: KNN asks %s questions and KNN_L2 %s, but they share a ledger; ask both"
                                    .formatted(questions(HeadlineCell.KNN), questions(HeadlineCell.KNN_L2))
                            + " as many, or run one of them with another --out");
        }
    }

    private String questions(HeadlineCell cell) {
        return subset.containsKey(cell) ? String.valueOf(subset.get(cell)) : "all";
    }

    private void fill(HeadlineTable table, HeadlineCell cell, Task task, List<OpenedEncoder> encoders, Output output) {
        List<Ledger> ledgers = new ArrayList<>();
        for (OpenedEncoder encoder : encoders) {
            ledgers.add(taskRun(cell).run(encoder.encoder(), task, output));
        }
        table.add(cell.title(task.pictures().size()), task, ledgers, cell.threats());
        // After each cell, so that an interrupted run leaves what it has.
        new Results(run.out(), output).save("headline", table.markdown(), table.json());
    }

    private TaskRun taskRun(HeadlineCell cell) {
        return new TaskRun(
                compared.apgd().attack(), false, compared.apgd().steps(), cell.threats(), cell.track(), run.out());
    }

    private HeadlineTable table(HeadlineTasks tasks, List<OpenedEncoder> encoders) {
        long ofFlagged = tasks.queries().stream()
                .filter(query -> query.label().equals(FLAGGED))
                .count();
        String about = """
            %d pictures (%s; %d of them %s), kNN against %d references, k=%d. %s, every perturbation measured; %s. Each encoder \
            is attacked at its own input, so an l2 length is that of a change at its size; triplets and copies are \
            distorted at one size for both.\
            """.formatted(
                        tasks.queries().size(),
                        compared.knn().share().words(),
                        ofFlagged,
                        String.join(", ", compared.flagged()),
                        tasks.references().size(),
                        tasks.vote().k(),
                        compared.apgd().attack().describe(),
                        TaskRun.machine());
        return new HeadlineTable(
                about,
                encoders.stream().map(encoder -> name(encoder.description())).toList());
    }

    private static String name(EncoderDescription encoder) {
        return "`%s` (%s), %d px"
                .formatted(
                        encoder.name(),
                        encoder.fingerprint().substring(0, 12),
                        encoder.preprocess().height());
    }
}
