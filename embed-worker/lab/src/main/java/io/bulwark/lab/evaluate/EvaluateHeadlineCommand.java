package io.bulwark.lab.evaluate;

import io.bulwark.lab.model.ModelOptions;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.perception.attack.LogitLoss;
import io.bulwark.perception.attack.ThreatModel;
import io.bulwark.perception.attack.UploadFormat;
import io.bulwark.perception.evaluate.ChoiceTask;
import io.bulwark.perception.evaluate.KnnTask;
import io.bulwark.perception.evaluate.Labelled;
import io.bulwark.perception.evaluate.Ledger;
import io.bulwark.perception.evaluate.ResizedPixels;
import io.bulwark.perception.evaluate.RetrievalTask;
import io.bulwark.perception.evaluate.Task;
import io.bulwark.perception.evaluate.Track;
import io.bulwark.perception.evaluate.UploadedFile;
import io.bulwark.perception.evaluate.data.GeneratedTriplets;
import io.bulwark.perception.evaluate.data.PictureSource.PictureFile;
import io.bulwark.perception.evaluate.data.RetrievalSet;
import io.bulwark.perception.evaluate.data.RetrievalSet.Protocol;
import io.bulwark.perception.model.ModelPackage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate headline}. */
@Command(
        name = "headline",
        description = "A clean encoder beside a robust one on the same pictures, cell by cell: each goes on from its"
                + " ledger, so the hours that all of them take can be spent in pieces.")
public final class EvaluateHeadlineCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private ModelOptions model;

    @Mixin
    private ApgdOptions apgd;

    @Mixin
    private KnnOptions knn;

    @Mixin
    private RunOptions run;

    @Option(
            names = "--clean",
            paramLabel = "LOCATION",
            required = true,
            description = "The clean encoder; --model is the robust one.")
    private String clean;

    @Option(
            names = "--flagged",
            paramLabel = "LABEL",
            split = ",",
            required = true,
            description = "Classes of the one side of the kNN decision, as their folders are called.")
    private Set<String> flagged;

    @Option(
            names = "--cells",
            paramLabel = "CELL",
            split = ",",
            defaultValue = "KNN,UPLOAD,CHOICE,RETRIEVAL",
            description = "Of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private List<Cell> cells;

    /** Groups of the table's rows. */
    enum Cell {
        KNN(new ResizedPixels(), "kNN accuracy", "linf:1/255,linf:2/255,linf:4/255,l2:0.5,l2:1,l2:3"),
        UPLOAD(new UploadedFile(new UploadFormat.Png()), "kNN accuracy", "linf:2/255,linf:4/255"),
        CHOICE(new ResizedPixels(), "2AFC agreement", "linf:4/255,l2:3"),
        RETRIEVAL(new ResizedPixels(), "retrieval mAP", "linf:4/255");

        private final Track track;
        private final String score;
        private final List<ThreatModel> threats;

        Cell(Track track, String score, String threats) {
            this.track = track;
            this.score = score;
            this.threats = List.of(threats.split(",")).stream()
                    .map(AttackOptions::threat)
                    .toList();
        }
    }

    @Override
    public Integer call() {
        Output output = terminal.output();
        UnaryOperator<String> side = label -> flagged.contains(label) ? "flagged" : "other";
        List<Labelled> references = knn.references(side);
        List<Labelled> queries = run.limited(knn.queries(side));
        HeadlineTable table = new HeadlineTable("%d pictures, kNN against %d references, k=%d; %s; %s"
                .formatted(
                        queries.size(),
                        references.size(),
                        knn.vote().k(),
                        apgd.attack().describe(),
                        TaskRun.machine()));
        ModelPackage robust = model.open(output);
        ModelPackage parent = ModelOptions.open(clean, output);
        for (Cell cell : cells) {
            Task task = SingleEvaluation.made(() -> task(cell, references, queries));
            List<Ledger> ledgers = new ArrayList<>();
            for (ModelPackage encoder : List.of(parent, robust)) {
                ledgers.add(new TaskRun(
                                encoder,
                                run.with(model.options()),
                                apgd.attack(),
                                cell.threats,
                                cell.track,
                                run.out(),
                                run.batch())
                        .run(task, output)
                        .ledger());
            }
            String where = "%s, %s".formatted(cell.score, cell.track.label());
            table.add(where, "clean", ledgers.stream().map(Ledger::clean).toList());
            for (ThreatModel threat : cell.threats) {
                table.add(
                        where,
                        threat.toString(),
                        ledgers.stream().map(ledger -> ledger.robust(threat)).toList());
            }
            // After each cell, so that an interrupted run leaves what it has.
            new Results(run.out(), output).save("headline", table.markdown(), table.json());
        }
        output.print(table.markdown(), table.json());
        return ExitCodes.OK;
    }

    private Task task(Cell cell, List<Labelled> references, List<Labelled> queries) {
        List<PictureFile> files =
                queries.stream().map(query -> (PictureFile) query.picture()).toList();
        return switch (cell) {
            case KNN, UPLOAD -> new KnnTask(references, queries, knn.vote());
            case CHOICE -> new ChoiceTask(GeneratedTriplets.of(files, apgd.seed()), LogitLoss.MARGIN);
            case RETRIEVAL -> new RetrievalTask(RetrievalSet.ofCopies(files, apgd.seed()), Protocol.MEDIUM);
        };
    }
}
