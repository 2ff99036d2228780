package io.bulwark.lab.bank;

import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.CalibrationFile;
import io.bulwark.perception.verdict.CalibrationGoal;
import io.bulwark.perception.verdict.FileNeighbours;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A calibration on whole files, each in all the views that a worker judges. Half of the files, chosen by their hash, show
 * temperature, floor and the similarity of known content; the thresholds are found on the others, which nothing else saw.
 *
 * @param fitted the first half
 * @param judged the second
 */
record FileCalibration(List<CalibrationFile> fitted, List<CalibrationFile> judged) {

    /**
     * Looks at files.
     *
     * @param references the bank's, of the embedder's model; of a file that is among them only the others count
     */
    static FileCalibration of(
            List<LabelledPicture> files,
            PictureEmbedder embedder,
            List<LabelledEmbedding> references,
            int k,
            Output output) {
        List<CalibrationFile> fitted = new ArrayList<>();
        List<CalibrationFile> judged = new ArrayList<>();
        Set<Sha256> seen = new HashSet<>();
        try (Bank bank = MatrixBank.of(embedder.description().fingerprint(), references);
                Progress progress = Progress.of("looking", files.size(), output)) {
            FileNeighbours neighbours = new FileNeighbours(bank, references, k);
            for (LabelledPicture picture : files) {
                PictureEmbedder.Result result = embedder.judged(picture.file());
                if (result instanceof PictureEmbedder.Result.Refused refused) {
                    output.note("left out " + picture.file() + ": " + refused.why());
                } else if (result instanceof PictureEmbedder.Result.Embedded embedded && seen.add(embedded.sha256())) {
                    CalibrationFile file = neighbours.of(picture.label(), embedded.seen());
                    (isFitted(embedded.sha256()) ? fitted : judged).add(file);
                }
                progress.step();
            }
        }
        return new FileCalibration(fitted, judged);
    }

    private static boolean isFitted(Sha256 file) {
        return file.fourth() % 2 == 0;
    }

    /** @throws CommandFailure if a half has files of one kind alone */
    Calibration calibrate(CalibrationGoal goal) {
        try {
            return Calibration.of(fitted, judged, goal);
        } catch (IllegalArgumentException impossible) {
            throw CommandFailure.failed("the files cannot be calibrated on: " + impossible.getMessage(), impossible);
        }
    }
}
