package io.bulwark.cli.bank.calibrate;

import io.bulwark.cli.picture.FileClusters;
import io.bulwark.cli.picture.FileViewer.ChangedVersions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.CalibrationFile;
import io.bulwark.perception.verdict.CalibrationFile.FileNeighbours;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.SeenImage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A calibration on whole files, each in all the views that a worker judges. Half of the clusters of files, chosen by
 * hash, show temperature, floor and the similarity of known content; the thresholds are found on the others. Of a file
 * only references that were made from no file of its cluster count, as none will be there of a picture to come.
 *
 * @param encoder that looked at them
 * @param views fingerprint of decoding and views
 * @param clusters of the files
 * @param fitted the first half
 * @param judged the second
 * @param changed everyday versions of the second half, one of each file; empty where they were not asked for
 */
record FileCalibration(
        EncoderDescription encoder,
        String views,
        FileClusters clusters,
        Map<Sha256, CalibrationFile> fitted,
        Map<Sha256, CalibrationFile> judged,
        Map<Sha256, CalibrationFile> changed) {

    /**
     * Looks at files.
     *
     * @param clusters of the files
     * @param references the bank's, of the embedder's model
     * @param versions that are drawn of the second half; empty for none
     * @param beside for a twin, what its encoder saw: the twin sees the same looks
     */
    static FileCalibration of(
            List<LabelledPicture> files,
            PictureEmbedder embedder,
            FileClusters clusters,
            List<LabelledEmbedding> references,
            Optional<ChangedVersions> versions,
            int k,
            Optional<FileCalibration> beside,
            Output output) {
        Map<Sha256, CalibrationFile> seen = new LinkedHashMap<>();
        Map<Sha256, CalibrationFile> versionOf = new LinkedHashMap<>();
        Set<Sha256> contradictory = new HashSet<>();
        try (Bank bank = MatrixBank.of(embedder.description().fingerprint(), references);
                Progress progress = Progress.of("looking", files.size(), output)) {
            FileNeighbours neighbours = new FileNeighbours(bank, references, k);
            for (LabelledPicture picture : files) {
                PictureEmbedder.Result result = embedder.judged(
                        picture.file(),
                        beside.map(other -> other.looks(picture)).orElse(List.of()));
                if (result instanceof PictureEmbedder.Result.Refused refused) {
                    output.note("left out " + picture.file() + ": " + refused.why());
                } else if (result instanceof PictureEmbedder.Result.Embedded embedded
                        && embedded.seen().isPlain()) {
                    output.note("left out " + picture.file() + ": it is of one colour");
                } else if (result instanceof PictureEmbedder.Result.Embedded embedded) {
                    CalibrationFile file = neighbours
                            .of(picture.label(), embedded.seen(), clusters.with(embedded.sha256()))
                            .in(clusters.of(embedded.sha256()));
                    CalibrationFile first = seen.putIfAbsent(embedded.sha256(), file);
                    if (first != null && !first.label().equals(file.label())) {
                        contradictory.add(embedded.sha256());
                        output.note("left out " + picture.file() + ": the same file is there under " + first.label());
                    }
                    if (first == null && versions.isPresent() && !isFitted(clusters, embedded.sha256())) {
                        List<String> looks = beside.map(other -> looks(other.changed.get(embedded.sha256())))
                                .orElse(List.of());
                        version(picture, embedded.sha256(), embedder, versions.get(), looks, neighbours, clusters)
                                .ifPresent(version -> versionOf.put(embedded.sha256(), version));
                    }
                }
                progress.step();
            }
        }
        seen.keySet().removeAll(contradictory);
        versionOf.keySet().removeAll(contradictory);
        Map<Sha256, CalibrationFile> fitted = new LinkedHashMap<>();
        Map<Sha256, CalibrationFile> judged = new LinkedHashMap<>();
        seen.forEach((sha256, file) -> (isFitted(clusters, sha256) ? fitted : judged).put(sha256, file));
        return new FileCalibration(
                embedder.description(), embedder.preprocessFingerprint(), clusters, fitted, judged, versionOf);
    }

    /** The references that were made from its cluster, and from others that it shows, are none of its version's. */
    private static Optional<CalibrationFile> version(
            LabelledPicture picture,
            Sha256 file,
            PictureEmbedder embedder,
            ChangedVersions versions,
            List<String> looks,
            FileNeighbours neighbours,
            FileClusters clusters) {
        return embedder.picture(picture.bytes())
                .map(seen -> versions.of(seen, file))
                .flatMap(version -> embedder.judged(version.picture(), looks)
                        .map(views -> new SeenImage(SeenImage.DEFAULT_TENANT, ContentHashes.of(file), views))
                        .filter(image -> !image.isPlain())
                        .map(image -> neighbours
                                .of(picture.label(), image, both(version.shown(), clusters.with(file)))
                                .in(clusters.of(file))));
    }

    private static Set<Sha256> both(Set<Sha256> some, Set<Sha256> others) {
        Set<Sha256> both = new HashSet<>(some);
        both.addAll(others);
        return both;
    }

    private List<String> looks(LabelledPicture picture) {
        Sha256 sha256 = Sha256.digest(picture.bytes());
        return looks(isFitted(clusters, sha256) ? fitted.get(sha256) : judged.get(sha256));
    }

    /** Names of the views of a file; none of one that was left out. */
    private static List<String> looks(CalibrationFile file) {
        return file == null
                ? List.of()
                : file.views().stream().map(Opinion::view).toList();
    }

    private static boolean isFitted(FileClusters clusters, Sha256 file) {
        return clusters.least(file).fourth() % 2 == 0;
    }

    /** @throws CommandFailure if a half has files of one kind alone */
    Calibration calibrate(CalibrationGoal goal) {
        return possible(() -> Calibration.of(
                List.copyOf(fitted.values()), List.copyOf(judged.values()), List.copyOf(changed.values()), goal));
    }

    /**
     * Calibrates this encoder and another one that holds back SAFE, on the files that both can look at.
     *
     * @return the pair's, with this encoder's settings, and the other's
     * @throws CommandFailure if a half has files of one kind alone
     */
    List<Calibration> calibrateWith(FileCalibration other, CalibrationGoal goal) {
        return possible(() -> Calibration.ofPair(inBoth(other), other.inBoth(this), goal));
    }

    private List<List<CalibrationFile>> inBoth(FileCalibration other) {
        return List.of(inBoth(fitted, other.fitted), inBoth(judged, other.judged), inBoth(changed, other.changed));
    }

    private static List<CalibrationFile> inBoth(
            Map<Sha256, CalibrationFile> files, Map<Sha256, CalibrationFile> others) {
        return files.entrySet().stream()
                .filter(file -> others.containsKey(file.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** What the numbers hold for beside their bank: {@code model/views}. */
    String madeFor() {
        return encoder.fingerprint() + "/" + views;
    }

    /** The same where the other encoder holds back. */
    String madeForPair(FileCalibration twin) {
        return encoder.pairedWith(twin.encoder) + "/" + views;
    }

    private static <T> T possible(Supplier<T> calibration) {
        try {
            return calibration.get();
        } catch (IllegalArgumentException impossible) {
            throw CommandFailure.failed("the files cannot be calibrated on: " + impossible.getMessage(), impossible);
        }
    }
}
