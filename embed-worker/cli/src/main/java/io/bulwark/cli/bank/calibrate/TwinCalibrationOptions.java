package io.bulwark.cli.bank.calibrate;

import io.bulwark.cli.bank.BankFile.StoredReference;
import io.bulwark.cli.bank.BankOptions;
import io.bulwark.cli.bank.BankOptions.Embedders;
import io.bulwark.cli.options.BankModelOptions.ModelChoice;
import io.bulwark.cli.picture.FileClusters;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.cli.traffic.ImageFiles;
import io.bulwark.perception.audit.TwinAuditor.Disagreement;
import io.bulwark.perception.audit.TwinAuditor.Drift;
import io.bulwark.perception.audit.TwinCalibration;
import io.bulwark.perception.audit.TwinCalibration.TwinBanks;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import io.bulwark.perception.verdict.VotingPolicy;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import picocli.CommandLine.Option;

/** How the threshold of a twin is found: {@code @Mixin TwinCalibrationOptions twinCalibration}. */
final class TwinCalibrationOptions {

    @Option(
            names = "--twin-budget",
            paramLabel = "SHARE",
            description =
                    "Greatest share of clean images of which the twin may raise an alarm; 1 %% needs at least 99 references,"
                            + " or 299 files of --twin-clean.")
    private double budget = 0.01;

    @Option(
            names = "--twin-clean",
            paramLabel = "PATH",
            arity = "1..*",
            description = "Clean pictures, not in the bank, to find the twin's threshold on; the budget is kept with a"
                    + " probability of 1 - --twin-delta (default: the references themselves, each decided by all the others,"
                    + " which promises nothing).")
    private List<Path> clean;

    @Option(
            names = "--twin-delta",
            paramLabel = "P",
            description = "Probability with which the threshold found on --twin-clean may break the budget.")
    private double delta = 0.05;

    /**
     * Finds the threshold.
     *
     * @throws CommandFailure if the two banks differ or there are too few clean images for the budget
     */
    TwinCalibration calibrate(
            BankOptions bank,
            ModelChoice twin,
            JudgedViews views,
            References references,
            VotingPolicy policy,
            VotingPolicy twinPolicy,
            FileClusters.Options clusters,
            Output output) {
        try {
            if (clean == null) {
                return TwinCalibration.leaveOneOut(
                        references.robust(), references.clean(), policy, twinPolicy, StoredReference::picture, budget);
            }
            TwinBanks.requireSame(references.robust(), references.clean());
            return TwinCalibration.of(
                    see(bank, twin, views, references, policy, twinPolicy, clusters, output), budget, delta);
        } catch (IllegalArgumentException impossible) {
            throw CommandFailure.failed(
                    "bank \"" + bank.name() + "\" cannot give the twin a threshold: " + impossible.getMessage(),
                    impossible);
        }
    }

    /** Of each cluster of clean pictures the greatest disagreement. */
    private List<Disagreement> see(
            BankOptions bank,
            ModelChoice twin,
            JudgedViews views,
            References references,
            VotingPolicy policy,
            VotingPolicy twinPolicy,
            FileClusters.Options clusters,
            Output output) {
        List<Path> files = ImageFiles.under(clean);
        Map<String, Disagreement> greatest = new LinkedHashMap<>();
        try (Embedders embedders = Embedders.load(List.of(bank.model(), twin), views);
                Bank robust = MatrixBank.of("robust", references.robust());
                Bank clean = MatrixBank.of("clean", references.clean());
                Progress progress = Progress.of("looking", files.size(), output)) {
            PairedView.Side first = new PairedView.Side(embedders.all().get(0), robust, policy);
            PairedView.Side second = new PairedView.Side(embedders.all().get(1), clean, twinPolicy);
            FileClusters together = clusters.of(files, first.embedder(), output);
            for (Path file : files) {
                String cluster = together.of(Sha256.digest(InputFile.bytes(file)));
                PairedView.of(file, first, second)
                        .ifPresentOrElse(
                                view -> greatest.merge(
                                        cluster,
                                        view.disagreement(),
                                        BinaryOperator.maxBy(Comparator.comparingDouble(Disagreement::score))),
                                () -> output.note("left out " + file + ": it is no picture"));
                progress.step();
            }
        }
        return List.copyOf(greatest.values());
    }

    /**
     * The same references in two metrics.
     *
     * @param robust of the model
     * @param clean of its twin
     */
    record References(List<LabelledEmbedding> robust, List<LabelledEmbedding> clean) {}

    /**
     * How a robust encoder and its twin see a picture, each by its own references and policy.
     *
     * @param robust what the encoder says
     * @param clean what the twin says
     * @param disagreement how they part
     */
    record PairedView(ScoredImage robust, ScoredImage clean, Disagreement disagreement) {

        /** Looks at a picture as a worker would, by all the views that it looks at; empty where it is no picture. */
        static Optional<PairedView> of(Path file, Side robust, Side clean) {
            if (robust.embedder().judged(file) instanceof PictureEmbedder.Result.Embedded seen
                    && clean.embedder().judged(file, names(seen.views()))
                            instanceof PictureEmbedder.Result.Embedded seenByTwin) {
                ScoredImage first = robust.scored(seen);
                ScoredImage second = clean.scored(seenByTwin);
                List<Double> drifts = Drift.byView(embeddings(seen.views()), embeddings(seenByTwin.views()));
                return Optional.of(new PairedView(first, second, Disagreement.of(first, second, drifts)));
            }
            return Optional.empty();
        }

        private static List<String> names(List<SeenView> views) {
            return views.stream().map(SeenView::name).toList();
        }

        private static List<float[]> embeddings(List<SeenView> views) {
            return views.stream().map(SeenView::embedding).toList();
        }

        /**
         * One of the two.
         *
         * @param embedder of its model
         * @param bank its references
         * @param policy by which it decides
         */
        record Side(PictureEmbedder embedder, Bank bank, VotingPolicy policy) {

            /** The decision about a file; empty where it is no picture. */
            Optional<ScoredImage> scored(Path file) {
                return embedder.judged(file) instanceof PictureEmbedder.Result.Embedded seen
                        ? Optional.of(scored(seen))
                        : Optional.empty();
            }

            private ScoredImage scored(PictureEmbedder.Result.Embedded picture) {
                return new Decider(embedder.description().headClasses())
                        .decide(bank, Policies.always(policy), picture.seen());
            }
        }
    }
}
