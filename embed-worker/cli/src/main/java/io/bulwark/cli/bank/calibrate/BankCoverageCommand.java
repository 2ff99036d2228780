package io.bulwark.cli.bank.calibrate;

import io.bulwark.cli.bank.BankAudit;
import io.bulwark.cli.bank.BankOptions;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.options.BankModelOptions.ModelChoice;
import io.bulwark.cli.picture.FileClusters;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.AnsweredDraws;
import io.bulwark.cli.traffic.TopicScan;
import io.bulwark.events.Decision;
import io.bulwark.events.ImageEmbedding;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.metric.NearDuplicates;
import io.bulwark.perception.verdict.Coverage;
import io.bulwark.perception.verdict.Coverage.Picture;
import io.bulwark.schemas.promise.AnsweredDraw;
import io.bulwark.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bank coverage}. */
@Command(
        name = "coverage",
        description = {
            "Says how much of what is flagged has a reference near: of the references, each cluster of near-duplicates left"
                    + " out once; and of the next flagged upload, the chance that it has none, with a bound. Names the labels"
                    + " that need pictures and the reviewed pictures that would help most.",
            "With --draws of a bank on its topic, by the uploads that were drawn and that people flagged; with --files"
                    + " of the flagged pictures of folders, each of which stands for bank and traffic, without a broker."
        })
public final class BankCoverageCommand extends OutputCommand implements Callable<Integer> {

    private static final int THREADS = 2;

    @Mixin
    private BankOptions bank;

    @Mixin
    private FileClusters.Options clusters;

    @Option(
            names = "--flagged-labels",
            required = true,
            split = ",",
            paramLabel = "LABEL",
            description = "Labels that are flagged, the worker's bulwark.policy.flagged-labels.")
    private Set<String> flagged;

    @Option(
            names = "--floor",
            required = true,
            paramLabel = "SIMILARITY",
            description = "Cosine from which on a reference is near, the worker's bulwark.policy.floor.")
    private double floor;

    @Option(
            names = "--draws",
            paramLabel = "FILE",
            description = "What moderation-stream's GET /api/v1/promises/draws answers to a senior or a curator.")
    private Path draws;

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            description =
                    "With --draws: only draws from this time on, such as 2026-11-30T12:00:00Z. Once you have approved"
                            + " pictures that would help, name that time: the draws that chose them say too little is"
                            + " missing.")
    private Instant since;

    @Option(
            names = "--files",
            arity = "1..*",
            paramLabel = "FOLDER",
            description = "Folders with one folder of pictures for each label.")
    private List<Path> files;

    @Option(names = "--delta", paramLabel = "P", description = "Probability with which the bound may fail.")
    private double delta = 0.05;

    @Option(names = "--list", paramLabel = "N", description = "Number of pictures to name that would help most.")
    private int most = 10;

    @Option(
            names = "--resplits",
            paramLabel = "N",
            description =
                    "With --files: try the bound N times, with half of the clusters as bank and draw and the others as"
                            + " what comes next; exit code 1 where it held in fewer than 1 - --delta of them.")
    private int resplits;

    @Override
    public Integer call() {
        if ((draws == null) == (files == null)) {
            throw CommandFailure.usage("name one of --draws and --files");
        }
        if (since != null && draws == null) {
            throw CommandFailure.usage("--since counts draws: name them with --draws");
        }
        if (!(delta > 0 && delta < 1) || resplits < 0 || resplits > 0 && files == null) {
            throw CommandFailure.usage("--delta is above 0 and below 1, and --resplits needs --files");
        }
        Output output = output();
        List<Picture> pictures = files == null ? drawn(output) : ofFiles(output);
        if (pictures.isEmpty()) {
            throw CommandFailure.failed("there is no picture under the labels " + flagged + " (--flagged-labels)");
        }
        Coverage coverage = new Coverage(pictures, floor);
        report(output, pictures, coverage);
        return resplits == 0 || resplit(output, coverage) ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private List<Picture> ofFiles(Output output) {
        List<LabelledPicture> labelled = files.stream()
                .flatMap(folder -> LabelledPicture.below(folder).stream())
                .filter(picture -> flagged.contains(picture.label()))
                .toList();
        List<Picture> pictures = new ArrayList<>();
        try (PictureEmbedder embedder = bank.model().embedder()) {
            FileClusters together =
                    clusters.of(labelled.stream().map(LabelledPicture::file).toList(), embedder, output);
            Set<Sha256> seen = new HashSet<>();
            for (LabelledPicture picture : labelled) {
                Sha256 file = Sha256.digest(picture.bytes());
                if (seen.add(file)) {
                    together.embedding(file)
                            .ifPresentOrElse(
                                    row -> pictures.add(new Picture(
                                            picture.referenceId(), picture.label(), together.of(file), row, 1, true)),
                                    () -> output.note("left out " + picture.file() + ": it is no picture"));
                }
            }
        }
        return pictures;
    }

    /**
     * The bank's flagged references, and the drawn uploads that people flagged. A reference that was made of a drawn upload
     * is of its cluster, with the near-duplicates of both: without the draw the bank would not have it. One that is
     * merely like a drawn upload covers it.
     */
    private List<Picture> drawn(Output output) {
        AnsweredDraws answered = AnsweredDraws.read(draws);
        ModelChoice model = bank.model();
        BankAudit audit;
        try (BankTopic topic = bank.topic()) {
            audit = BankAudit.of(topic.read(), bank.name(), model.description(), model.plainRows());
        }
        List<LabelledEmbedding> references = audit.usable().stream()
                .filter(reference -> flagged.contains(reference.label()))
                .toList();
        Map<String, Picture> uploads =
                new DrawnImages(answered, model.description().fingerprint()).read();
        List<String> files = references.stream()
                .map(reference -> reference.sourceSha256().map(Sha256::toString).orElse(reference.id()))
                .toList();
        List<String> contents = List.copyOf(uploads.keySet());
        List<String> clusters = clusters(
                files,
                references.stream().map(LabelledEmbedding::embedding).toArray(float[][]::new),
                contents,
                uploads.values().stream().map(Picture::embedding).toArray(float[][]::new));
        List<Picture> pictures = new ArrayList<>();
        for (LabelledEmbedding reference : references) {
            String cluster = clusters.get(pictures.size());
            pictures.add(new Picture(reference.id(), reference.label(), cluster, reference.embedding(), 0, true));
        }
        for (Picture upload : uploads.values()) {
            String cluster = clusters.get(pictures.size());
            pictures.add(new Picture(upload.id(), upload.label(), cluster, upload.embedding(), upload.weight(), false));
        }
        remark(output, files.stream().filter(uploads::containsKey).count(), answered);
        return pictures;
    }

    private void remark(Output output, long made, AnsweredDraws answered) {
        if (made > 0) {
            output.note(
                    made + " references were made of uploads whose draws count here. What was approved by looking at"
                            + " these draws makes the bound too small: name the time of the approval with --since.");
        }
        long unanswered = answered.unanswered().stream().filter(this::counts).count();
        if (unanswered > 0) {
            output.note(
                    unanswered + " draws have no answer past the deadline. They do not count here: the bound is of what"
                            + " people answer, and holds for all flagged uploads where those are no harder to answer.");
        }
    }

    private boolean counts(AnsweredDraw draw) {
        return since == null || !draw.decidedAt().isBefore(since);
    }

    /**
     * The cluster of each reference, then of each upload: near-duplicates among the references, near-duplicates among the
     * uploads, and what has one content.
     *
     * @param files hash of the file that a reference was made of, or what else names it
     * @param ofReferences their embeddings
     * @param contents hash of each upload
     * @param ofUploads their embeddings
     */
    static List<String> clusters(
            List<String> files, float[][] ofReferences, List<String> contents, float[][] ofUploads) {
        List<String> bank = NearDuplicates.clusters(files, ofReferences).stream()
                .map(cluster -> "bank " + cluster)
                .toList();
        Map<String, String> byFile = new HashMap<>();
        for (int i = 0; i < files.size(); i++) {
            byFile.put(files.get(i), bank.get(i));
        }
        List<String> groups = contents.stream()
                .map(content -> byFile.getOrDefault(content, "drawn " + content))
                .toList();
        List<String> drawn = NearDuplicates.clusters(groups, ofUploads);
        Map<String, String> joined = new HashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            joined.put(groups.get(i), drawn.get(i));
        }
        return Stream.concat(bank.stream().map(cluster -> joined.getOrDefault(cluster, cluster)), drawn.stream())
                .toList();
    }

    /** The whole views of drawn uploads that people flagged. */
    private final class DrawnImages {

        private final AnsweredDraws draws;
        private final String model;

        DrawnImages(AnsweredDraws draws, String model) {
            this.draws = draws;
            this.model = model;
        }

        /** By the hash of the content, each once. */
        Map<String, Picture> read() {
            Map<String, Picture> found = new LinkedHashMap<>();
            new TopicScan<>(bank.broker(), Topics.EMBEDDINGS, ImageEmbedding.class, Optional.empty(), THREADS)
                    .read(Share::new)
                    .forEach(share -> share.images.values().forEach(found::putAll));
            return found;
        }

        /** One thread's part, by image id and hash. */
        private final class Share implements TopicScan.Part<ImageEmbedding> {

            private final Map<String, Map<String, Picture>> images = new HashMap<>();

            @Override
            public void take(ImageEmbedding image) {
                draws.of(image.getTenant(), image.getContentSha256())
                        .filter(draw -> draw.people() == Decision.NSFW
                                && counts(draw)
                                && image.getModelFingerprint().equals(model)
                                && !image.getViews().isEmpty())
                        .ifPresent(draw -> images.computeIfAbsent(image.getImageId(), id -> new HashMap<>())
                                .put(image.getContentSha256(), picture(image, draw)));
            }

            private Picture picture(ImageEmbedding image, AnsweredDraw draw) {
                ByteBuffer row = image.getViews().get(0).getEmbedding().duplicate();
                byte[] half = new byte[row.remaining()];
                row.get(half);
                return new Picture(
                        image.getTenant() + "/" + image.getImageId(),
                        draw.labels().isEmpty() ? "(none)" : draw.labels().get(0),
                        "",
                        HalfFloats.decode(half),
                        1 / draw.probability(),
                        false);
            }

            @Override
            public void erased(String imageId) {
                images.remove(imageId);
            }

            @Override
            public void unreadable() {
                // Neither counted nor covered: `bulwark casebook backtest` says how many there are.
            }
        }
    }

    private void report(Output output, List<Picture> pictures, Coverage coverage) {
        NearDuplicates.Sizes sizes =
                NearDuplicates.Sizes.of(pictures.stream().map(Picture::cluster).toList());
        Coverage.Missing missing = coverage.missing(delta);
        Map<String, Object> fields = Output.fields(
                "pictures",
                sizes.pictures(),
                "clusters",
                sizes.clusters(),
                "largestCluster",
                sizes.largest(),
                "drawn",
                missing.pictures(),
                "drawnClusters",
                missing.clusters(),
                "effectiveDraws",
                missing.effective(),
                "missing",
                missing.share(),
                "bound",
                missing.bound(),
                "confidence",
                1 - delta);
        output.print(
                String.format(
                        Locale.ROOT,
                        "next flagged upload without a reference near: %.3f, at most %.3f with confidence %s (%d drawn in %d"
                                + " clusters, worth %.0f; %d flagged pictures in %d clusters, the largest of %d)",
                        missing.share(),
                        missing.bound(),
                        1 - delta,
                        missing.pictures(),
                        missing.clusters(),
                        missing.effective(),
                        sizes.pictures(),
                        sizes.clusters(),
                        sizes.largest()),
                fields);
        coverage.recall().forEach(recall -> print(output, "references", recall));
        if (draws != null) {
            coverage.recallOfDrawn().forEach(recall -> print(output, "drawn", recall));
            coverage.helpful(most)
                    .forEach(help -> output.print(
                            String.format(
                                    Locale.ROOT,
                                    "would help: %s (%s), covers %.3f of all that is drawn, which nothing covers yet",
                                    help.picture().id(),
                                    help.picture().label(),
                                    help.gain()),
                            Map.of(
                                    "helps",
                                    help.picture().id(),
                                    "label",
                                    help.picture().label(),
                                    "gain",
                                    help.gain())));
        }
    }

    private static void print(Output output, String of, Coverage.Recall recall) {
        output.print(
                String.format(
                        Locale.ROOT,
                        "%s %s: %.3f of %d clusters have another reference near",
                        of,
                        recall.label(),
                        recall.recall(),
                        recall.clusters()),
                Map.of("of", of, "label", recall.label(), "recall", recall.recall(), "clusters", recall.clusters()));
    }

    private boolean resplit(Output output, Coverage coverage) {
        var random = new SplittableRandom(1);
        int held = 0;
        double bounds = 0;
        double chances = 0;
        for (int i = 0; i < resplits; i++) {
            Coverage.Resplit trial = coverage.resplit(random, delta);
            held += trial.held() ? 1 : 0;
            bounds += trial.missing().bound() / resplits;
            chances += trial.chance() / resplits;
        }
        output.print(
                String.format(
                        Locale.ROOT,
                        "the bound held in %d of %d resplits: on average %.3f, and %.3f were not covered",
                        held,
                        resplits,
                        bounds,
                        chances),
                Map.of("held", held, "resplits", resplits, "meanBound", bounds, "meanMissing", chances));
        return held >= (1 - delta) * resplits;
    }
}
