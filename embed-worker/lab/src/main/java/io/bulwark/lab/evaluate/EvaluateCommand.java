package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.ImageFiles;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.OxfordLayout;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.data.RetrievalSet;
import io.bulwark.lab.evaluate.acceptance.EvaluateAcceptanceCommand;
import io.bulwark.lab.evaluate.mask.EvaluateInsetMaskCommand;
import io.bulwark.lab.evaluate.mask.EvaluateTextMaskCommand;
import io.bulwark.lab.evaluate.paper.EvaluateTableCommand;
import io.bulwark.lab.evaluate.photograph.EvaluatePhotographsCommand;
import io.bulwark.lab.evaluate.policy.EvaluateEvasionsCommand;
import io.bulwark.lab.evaluate.policy.EvaluatePolicyCommand;
import io.bulwark.lab.experiment.FileBootstrap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate}: the parent of all evaluations. */
@Command(
        name = "evaluate",
        description = "Measures how well a model does, clean and under attack.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            EvaluateAcceptanceCommand.class,
            EvaluatePicturesCommand.class,
            EvaluateChoiceCommand.class,
            EvaluateCommand.EvaluateKnnCommand.class,
            EvaluatePhotographsCommand.class,
            EvaluateCommand.EvaluateRetrievalCommand.class,
            EvaluateCommand.EvaluateFilterCommand.class,
            EvaluateTwinCommand.class,
            EvaluateInversionCommand.class,
            EvaluateExplanationsCommand.class,
            EvaluatePolicyCommand.class,
            EvaluateEvasionsCommand.class,
            EvaluateInsetMaskCommand.class,
            EvaluateTextMaskCommand.class,
            EvaluateHeadlineCommand.class,
            EvaluateTableCommand.class
        })
public final class EvaluateCommand {

    /** {@code bulwark evaluate filter}. */
    @Command(
            name = "filter",
            description =
                    "Data-set filtering: precision and recall of removing flagged pictures by their nearest references,"
                            + " clean and attacked (flagged pictures evade, harmless ones are made to look flagged).")
    static final class EvaluateFilterCommand extends OutputCommand implements Runnable {

        private static final String FLAGGED = "flagged";
        private static final String HARMLESS = "harmless";

        @Mixin
        private SingleEvaluation.EvaluationOptions evaluation;

        @Mixin
        private ShareOptions.KnnOptions knn;

        @Option(
                names = "--flagged",
                paramLabel = "LABEL",
                split = ",",
                required = true,
                description = "Classes to remove, as their folders are called.")
        private Set<String> flagged;

        @Override
        public void run() {
            UnaryOperator<String> side = label -> flagged.contains(label) ? FLAGGED : HARMLESS;
            List<KnnTask.Labelled> references = knn.references(side);
            List<KnnTask.Labelled> queries = evaluation.run.limited(knn.queries(side));
            List<Boolean> isFlagged =
                    queries.stream().map(query -> query.label().equals(FLAGGED)).toList();
            if (!isFlagged.contains(true)) {
                throw CommandFailure.usage(
                        "--queries: none of the pictures is of a flagged class, --flagged names " + flagged);
            }
            KnnTask task = CommandFailure.orUsage(() -> new KnnTask(references, queries, knn.vote()));
            SingleEvaluation single = evaluation.on(output());
            SingleEvaluation.Outcome outcome = single.run(task);
            single.report(
                    "filter",
                    "%d pictures (%s), %d of them flagged, against %d references, k=%d"
                            .formatted(
                                    queries.size(),
                                    knn.share().words(),
                                    isFlagged.stream().filter(one -> one).count(),
                                    references.size(),
                                    knn.vote().k()),
                    outcome,
                    columns(Filtering.clean(outcome.ledger(), task, isFlagged)),
                    threat -> columns(Filtering.robust(outcome.ledger(), task, isFlagged, threat)));
        }

        private static Map<String, FileBootstrap> columns(Filtering filtering) {
            Map<String, FileBootstrap> columns = new LinkedHashMap<>();
            columns.put("recall", filtering.recall());
            columns.put("precision", filtering.precision().orElse(null));
            return columns;
        }

        /**
         * How well flagged pictures are removed from a data set by a kNN decision of two classes. Under attack both
         * directions count at once: flagged pictures that evade lower the recall, harmless ones that are falsely
         * flagged the precision. Intervals are over the files of the pictures that a share is of.
         *
         * @param recall share of the flagged pictures that are removed
         * @param precision share of the removed pictures that are flagged; empty where none is removed
         */
        record Filtering(FileBootstrap recall, Optional<FileBootstrap> precision) {

            /** Of the draws. */
            private static final long SEED = 1;

            /**
             * On clean pictures.
             *
             * @param task whose questions were answered
             * @param flagged whether each question's picture is
             */
            public static Filtering clean(Ledger ledger, Task task, List<Boolean> flagged) {
                return of(task, flagged, ledger::cleanScore);
            }

            /** Under attack. */
            public static Filtering robust(Ledger ledger, Task task, List<Boolean> flagged, ThreatModel threat) {
                return of(task, flagged, question -> ledger.robustScore(question, threat));
            }

            private static Filtering of(Task task, List<Boolean> flagged, IntToDoubleFunction right) {
                List<Integer> ofFlagged = new ArrayList<>();
                List<Integer> removed = new ArrayList<>();
                for (int question = 0; question < flagged.size(); question++) {
                    boolean answeredRight = right.applyAsDouble(question) > 0.5;
                    if (flagged.get(question)) {
                        ofFlagged.add(question);
                    }
                    if (flagged.get(question) == answeredRight) {
                        removed.add(question);
                    }
                }
                return new Filtering(
                        share(task, ofFlagged, removed::contains),
                        removed.isEmpty() ? Optional.empty() : Optional.of(share(task, removed, flagged::get)));
            }

            private static FileBootstrap share(Task task, List<Integer> questions, Predicate<Integer> counted) {
                return FileBootstrap.of(
                        questions.stream()
                                .map(question -> counted.test(question) ? 1.0 : 0.0)
                                .toList(),
                        questions.stream()
                                .map(question -> task.pictures().get(question).source())
                                .toList(),
                        SEED);
            }
        }
    }

    /** {@code bulwark evaluate knn}. */
    @Command(
            name = "knn",
            description =
                    "kNN classification: the vote of the nearest references, and how far attackers get against it.")
    static final class EvaluateKnnCommand extends OutputCommand implements Runnable {

        @Mixin
        private SingleEvaluation.EvaluationOptions evaluation;

        @Mixin
        private ShareOptions.KnnOptions knn;

        @Override
        public void run() {
            List<KnnTask.Labelled> references = knn.references(UnaryOperator.identity());
            List<KnnTask.Labelled> queries = evaluation.run.limited(knn.queries(UnaryOperator.identity()));
            KnnTask task = CommandFailure.orUsage(() -> new KnnTask(references, queries, knn.vote()));
            evaluation
                    .on(output())
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
        }
    }

    /** {@code bulwark evaluate retrieval}. */
    @Command(name = "retrieval", description = "Image-to-image retrieval: mean average precision, clean and attacked.")
    static final class EvaluateRetrievalCommand extends OutputCommand implements Runnable {

        @Mixin
        private SingleEvaluation.EvaluationOptions evaluation;

        @ArgGroup(multiplicity = "1")
        private Data data;

        @Option(
                names = "--protocol",
                paramLabel = "P",
                split = ",",
                defaultValue = "MEDIUM",
                description = "Which answers count, a column for each: ${COMPLETION-CANDIDATES}.")
        private List<RetrievalSet.Protocol> protocols;

        /** One data set. */
        static final class Data {

            @Option(
                    names = "--landmarks",
                    paramLabel = "DIR",
                    description = "Oxford or Paris: pictures in jpg/, and gnd.json or the original ground truth files.")
            private Path landmarks;

            @Option(
                    names = "--pictures",
                    paramLabel = "PATH",
                    arity = "1..*",
                    description = "One's own pictures, whose distorted copies are searched for among all pictures.")
            private List<Path> pictures;
        }

        @Override
        public void run() {
            RetrievalSet set = CommandFailure.orUsage(this::set);
            List<RetrievalTask> tasks = protocols.stream()
                    .distinct()
                    .map(protocol -> CommandFailure.orUsage(() -> new RetrievalTask(set, protocol)))
                    .toList();
            SingleEvaluation single = evaluation.on(output());
            Map<RetrievalTask, SingleEvaluation.Outcome> outcomes = new LinkedHashMap<>();
            tasks.forEach(task -> outcomes.put(task, single.run(task)));
            single.report(
                    "retrieval",
                    "%d queries in a gallery of %d pictures%s, protocol %s"
                            .formatted(
                                    set.queries().size(),
                                    set.gallery().size(),
                                    data.landmarks == null
                                            ? ", distorted copies, seed " + evaluation.attacks.seed()
                                            : "",
                                    tasks.stream()
                                            .map(task -> task.protocol().name())
                                            .collect(Collectors.joining(", "))),
                    outcomes.get(tasks.get(0)),
                    columns(outcomes, Ledger::cleanOverFiles),
                    threat -> columns(outcomes, (ledger, task) -> ledger.robustOverFiles(task, threat)));
            outcomes.forEach((task, outcome) -> single.draw(task, "mAP", outcome));
        }

        /** A column for each protocol. */
        private static Map<String, FileBootstrap> columns(
                Map<RetrievalTask, SingleEvaluation.Outcome> outcomes,
                BiFunction<Ledger, RetrievalTask, FileBootstrap> score) {
            Map<String, FileBootstrap> columns = new LinkedHashMap<>();
            outcomes.forEach((task, outcome) -> columns.put(
                    outcomes.size() == 1 ? "mAP" : "mAP " + task.protocol(), score.apply(outcome.ledger(), task)));
            return columns;
        }

        private RetrievalSet set() {
            if (data.landmarks != null) {
                RetrievalSet whole = OxfordLayout.read(data.landmarks);
                return new RetrievalSet(whole.gallery(), evaluation.run.limited(whole.queries()));
            }
            List<PictureFile> files = evaluation.run.limited(ImageFiles.under(data.pictures)).stream()
                    .map(PictureFile::of)
                    .toList();
            return RetrievalSet.ofCopies(files, evaluation.attacks.seed());
        }
    }
}
