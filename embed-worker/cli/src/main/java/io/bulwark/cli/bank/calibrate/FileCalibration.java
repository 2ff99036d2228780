package io.bulwark.cli.bank.calibrate;

import io.bulwark.cli.picture.ChangedVersions;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.CalibrationFile;
import io.bulwark.perception.verdict.CalibrationGoal;
import io.bulwark.perception.verdict.FileNeighbours;
import io.bulwark.perception.verdict.SeenImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A calibration on whole files, each in all the views that a worker judges. Half of the files, chosen by their hash,
 * show temperature, floor and the similarity of known content; the thresholds are found on the others.
 *
 * @param fitted the first half
 * @param judged the second
 * @param changed everyday versions of the second half, one of each file; empty where they were not asked for
 */
record FileCalibration(List<CalibrationFile> fitted, List<CalibrationFile> judged, List<CalibrationFile> changed) {

    /**
     * Looks at files.
     *
     * @param references the bank's, of the embedder's model; of a file that is among them only the others count
     * @param versions that are drawn of the second half; empty for none
     */
    static FileCalibration of(
            List<LabelledPicture> files,
            PictureEmbedder embedder,
            List<LabelledEmbedding> references,
            Optional<ChangedVersions> versions,
            int k,
            Output output) {
        Map<Sha256, CalibrationFile> seen = new LinkedHashMap<>();
        Map<Sha256, CalibrationFile> versionOf = new LinkedHashMap<>();
        Set<Sha256> contradictory = new HashSet<>();
        try (Bank bank = MatrixBank.of(embedder.description().fingerprint(), references);
                Progress progress = Progress.of("looking", files.size(), output)) {
            FileNeighbours neighbours = new FileNeighbours(bank, references, k);
            for (LabelledPicture picture : files) {
                PictureEmbedder.Result result = embedder.judged(picture.file());
                if (result instanceof PictureEmbedder.Result.Refused refused) {
                    output.note("left out " + picture.file() + ": " + refused.why());
                } else if (result instanceof PictureEmbedder.Result.Embedded embedded
                        && embedded.seen().isPlain()) {
                    output.note("left out " + picture.file() + ": it is of one colour");
                } else if (result instanceof PictureEmbedder.Result.Embedded embedded) {
                    CalibrationFile file = neighbours.of(picture.label(), embedded.seen());
                    CalibrationFile first = seen.putIfAbsent(embedded.sha256(), file);
                    if (first != null && !first.label().equals(file.label())) {
                        contradictory.add(embedded.sha256());
                        output.note("left out " + picture.file() + ": the same file is there under " + first.label());
                    }
                    if (first == null && versions.isPresent() && !isFitted(embedded.sha256())) {
                        version(picture, embedded.sha256(), embedder, versions.get(), neighbours)
                                .ifPresent(version -> versionOf.put(embedded.sha256(), version));
                    }
                }
                progress.step();
            }
        }
        seen.keySet().removeAll(contradictory);
        versionOf.keySet().removeAll(contradictory);
        List<CalibrationFile> fitted = new ArrayList<>();
        List<CalibrationFile> judged = new ArrayList<>();
        seen.forEach((sha256, file) -> (isFitted(sha256) ? fitted : judged).add(file));
        return new FileCalibration(fitted, judged, List.copyOf(versionOf.values()));
    }

    /** The references that were made from the very file, and from others that it shows, are none of its version's. */
    private static Optional<CalibrationFile> version(
            LabelledPicture picture,
            Sha256 file,
            PictureEmbedder embedder,
            ChangedVersions versions,
            FileNeighbours neighbours) {
        return embedder.picture(picture.bytes())
                .map(seen -> versions.of(seen, file))
                .flatMap(version -> embedder.judged(version.picture())
                        .map(views -> new SeenImage(SeenImage.DEFAULT_TENANT, ContentHashes.of(file), views))
                        .filter(image -> !image.isPlain())
                        .map(image -> neighbours.of(picture.label(), image, version.shown())));
    }

    private static boolean isFitted(Sha256 file) {
        return file.fourth() % 2 == 0;
    }

    /** @throws CommandFailure if a half has files of one kind alone */
    Calibration calibrate(CalibrationGoal goal) {
        try {
            return Calibration.of(fitted, judged, changed, goal);
        } catch (IllegalArgumentException impossible) {
            throw CommandFailure.failed("the files cannot be calibrated on: " + impossible.getMessage(), impossible);
        }
    }
}
