package io.bulwark.lab.evaluate;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.RetrievalSet;
import io.bulwark.lab.data.Triplet.GeneratedTriplets;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.DenseHead;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.metric.Ranking.NeighbourVote;
import io.bulwark.perception.model.ModelPackage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
final class EvaluateHeadlineCommand extends OutputCommand implements Runnable {

    private static final String FLAGGED = "flagged";

    @Mixin
    private SingleEvaluation.ComparisonOptions compared;

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
            defaultValue = "KNN,KNN_L2,UPLOAD,CHOICE,RETRIEVAL",
            description = "Of ${COMPLETION-CANDIDATES}, in this order; HEAD needs encoders with a classifier.")
    private List<HeadlineCell> cells;

    @Option(
            names = "--subset",
            paramLabel = "CELL=N",
            split = ",",
            defaultValue = "UPLOAD=100,CHOICE=250,RETRIEVAL=250",
            description = "Number of questions to ask of a cell, evenly spread.")
    private Map<HeadlineCell, Integer> subset;

    @Override
    public void run() {
        Output output = output();
        requireOneQuestionnaire();
        UnaryOperator<String> side = label -> compared.flagged.contains(label) ? FLAGGED : "other";
        HeadlineTasks tasks = new HeadlineTasks(
                compared.knn.references(side),
                run.limited(compared.knn.queries(side)),
                compared.knn.vote(),
                compared.apgd.seed());
        EncoderOptions options = run.with(compared.model.options());
        ModelPackage parent = ModelOptions.open(clean, output);
        try (OpenedEncoder ofClean = OpenedEncoder.of(parent, options, run.batch());
                OpenedEncoder ofRobust = OpenedEncoder.of(compared.model.open(output), options, run.batch())) {
            List<OpenedEncoder> encoders = List.of(ofClean, ofRobust);
            Map<HeadlineCell, Task> asked = new LinkedHashMap<>();
            for (HeadlineCell cell : cells) {
                asked.put(
                        cell,
                        CommandFailure.orUsage(() -> cell == HeadlineCell.HEAD
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
        }
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
                compared.apgd.attack(), false, compared.apgd.steps(), cell.threats(), cell.track(), run.out());
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
                        compared.knn.share().words(),
                        ofFlagged,
                        String.join(", ", compared.flagged),
                        tasks.references().size(),
                        tasks.vote().k(),
                        compared.apgd.attack().describe(),
                        Machine.describe());
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

    /**
     * The questions of the headline's cells, all about the same pictures. One thread.
     *
     * @param references of the kNN questions
     * @param queries the held-out pictures
     * @param vote of the kNN questions
     * @param seed of distorted copies
     */
    record HeadlineTasks(
            List<KnnTask.Labelled> references, List<KnnTask.Labelled> queries, NeighbourVote vote, long seed) {

        /** The head of a package, which is asked about embeddings of others. */
        static DenseHead head(ModelPackage model, EncoderOptions options) {
            try (TrainableEncoder weights = model.openTrainable(options)) {
                return DenseHead.of(weights);
            }
        }

        /**
         * A cell's task.
         *
         * @param most questions of it; null for all
         */
        Task of(HeadlineCell cell, Integer most) {
            List<KnnTask.Labelled> some = RunOptions.spread(queries, most, "--subset " + cell);
            return switch (cell) {
                case KNN, KNN_L2, UPLOAD -> new KnnTask(references, some, vote);
                case CHOICE -> new ChoiceTask(GeneratedTriplets.of(files(some), seed), LogitLoss.MARGIN);
                case RETRIEVAL ->
                    new RetrievalTask(RetrievalSet.ofCopies(files(some), seed), RetrievalSet.Protocol.MEDIUM);
                case HEAD ->
                    throw new IllegalArgumentException("the questions of HEAD need the clean encoder's answers");
            };
        }

        /** The task of {@link HeadlineCell#HEAD}: asks the clean encoder first. */
        Task ofHead(Integer most, EvaluatedEncoder clean, DenseHead head, Output output) {
            List<PictureSource> pictures = RunOptions.spread(queries, most, "--subset HEAD").stream()
                    .map(KnnTask.Labelled::picture)
                    .toList();
            try (Progress bar = Progress.of("asking the clean encoder's head", pictures.size(), output)) {
                return HeadTask.of(clean, head, pictures, bar::stepBy);
            }
        }

        private static List<PictureSource.PictureFile> files(List<KnnTask.Labelled> pictures) {
            if (!pictures.stream().allMatch(picture -> picture.picture() instanceof PictureSource.PictureFile)) {
                throw CommandFailure.usage(
                        "--queries: copies are made of picture files alone; leave CHOICE and RETRIEVAL out with --cells");
            }
            return pictures.stream()
                    .map(picture -> (PictureSource.PictureFile) picture.picture())
                    .toList();
        }
    }

    /** Groups of the headline table's rows, the most important first. */
    enum HeadlineCell {
        /** kNN accuracy in l∞. */
        KNN("kNN accuracy", new Track.ResizedPixels(), "linf:1/255,linf:2/255,linf:4/255"),
        /** Whether the clean encoder's head still gives the class that it gave the clean encoder's embedding. */
        HEAD("clean encoder's head: same top class", new Track.ResizedPixels(), "linf:4/255"),
        /** kNN accuracy in l2: the same questions as {@link #KNN} and the same ledger. */
        KNN_L2("kNN accuracy", new Track.ResizedPixels(), "l2:0.5,l2:1,l2:3"),
        /** kNN accuracy where the attacker uploads a file. */
        UPLOAD(
                "kNN accuracy",
                new Track.UploadedFile(new UploadFormat.Png()),
                "linf:1/255,linf:2/255,linf:4/255,l2:0.5,l2:1,l2:3"),
        /** Which of two distorted copies is nearer. */
        CHOICE("2AFC agreement", new Track.ResizedPixels(), "linf:4/255,l2:3"),
        /** The search for distorted copies. */
        RETRIEVAL("retrieval mAP", new Track.ResizedPixels(), "linf:4/255");

        private final String score;
        private final Track track;
        private final List<ThreatModel> threats;

        HeadlineCell(String score, Track track, String threats) {
            this.score = score;
            this.track = track;
            this.threats = List.of(threats.split(",")).stream()
                    .map(text -> Threats.named("--cells", text))
                    .toList();
        }

        Track track() {
            return track;
        }

        List<ThreatModel> threats() {
            return threats;
        }

        /** What the rows are called; cells of one title and one ledger are one section of the table. */
        String title(int questions) {
            return "%s, %s, n=%d".formatted(score, track.label(), questions);
        }
    }
}
