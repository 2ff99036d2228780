package io.bulwark.cli.bank.calibrate;

import io.bulwark.cli.bank.BankAudit;
import io.bulwark.cli.bank.BankOptions;
import io.bulwark.cli.bank.BankTopic;
import io.bulwark.cli.options.ModelChoice;
import io.bulwark.cli.picture.FileClusters;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
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
public final class BankCoverageCommand implements Callable<Integer> {

    private static final int THREADS = 2;

    @Mixin
    private OutputOptions options;

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
        if (!(delta > 0 && delta < 1) || resplits < 0 || resplits > 0 && files == null) {
            throw CommandFailure.usage("--delta is above 0 and below 1, and --resplits needs --files");
        }
        Output output = options.output();
        List<Picture> pictures = files == null ? drawn() : ofFiles(output);
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
     * is of its cluster, with its near-duplicates: without the draw the bank would not have it. One that is merely like
     * a drawn upload covers it.
     */
    private List<Picture> drawn() {
        ModelChoice model = bank.model();
        BankAudit audit;
        try (BankTopic topic = bank.topic()) {
            audit = BankAudit.of(topic.read(), bank.name(), model.description(), model.plainRows());
        }
        List<LabelledEmbedding> references = audit.usable().stream()
                .filter(reference -> flagged.contains(reference.label()))
                .toList();
        Map<String, Picture> uploads =
                new DrawnImages(AnsweredDraws.read(draws), model.description().fingerprint()).read();
        List<String> files = references.stream()
                .map(reference -> reference.sourceSha256().map(Sha256::toString).orElse(reference.id()))
                .toList();
        List<String> contents = List.copyOf(uploads.keySet());
        List<String> ofReferences = NearDuplicates.clusters(
                files, references.stream().map(LabelledEmbedding::embedding).toArray(float[][]::new));
        List<String> ofUploads = NearDuplicates.clusters(
                contents, uploads.values().stream().map(Picture::embedding).toArray(float[][]::new));
        Map<String, String> drawnClusters = new HashMap<>();
        for (int i = 0; i < files.size(); i++) {
            int upload = contents.indexOf(files.get(i));
            if (upload >= 0) {
                drawnClusters.put(ofReferences.get(i), "drawn " + ofUploads.get(upload));
            }
        }
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            LabelledEmbedding reference = references.get(i);
            String cluster = drawnClusters.getOrDefault(ofReferences.get(i), "bank " + ofReferences.get(i));
            pictures.add(new Picture(reference.id(), reference.label(), cluster, reference.embedding(), 0, true));
        }
        int place = 0;
        for (Picture upload : uploads.values()) {
            pictures.add(new Picture(
                    upload.id(),
                    upload.label(),
                    "drawn " + ofUploads.get(place++),
                    upload.embedding(),
                    upload.weight(),
                    false));
        }
        return pictures;
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
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("pictures", sizes.pictures());
        fields.put("clusters", sizes.clusters());
        fields.put("largestCluster", sizes.largest());
        fields.put("drawn", missing.pictures());
        fields.put("drawnClusters", missing.clusters());
        fields.put("effectiveDraws", missing.effective());
        fields.put("missing", missing.share());
        fields.put("bound", missing.bound());
        fields.put("confidence", 1 - delta);
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
                                    "would help: %s (%s), covers %.3f of what is drawn and not yet covered",
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
