package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.evaluate.acceptance.CalibratedBank;
import io.bulwark.lab.evaluate.acceptance.EncoderPool;
import io.bulwark.lab.evaluate.acceptance.Sights;
import io.bulwark.lab.experiment.EvaluationProgress.StageLog;
import io.bulwark.lab.picture.SourceFile;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * References divided, all squares of a file together, into a bank and what its policy is calibrated on, as {@code bank
 * build} and {@code bank calibrate} make them.
 *
 * @param bank become references
 * @param calibration find the thresholds, and nothing else sees them
 */
record PolicyBank(List<LabelledFile> bank, List<LabelledFile> calibration) {

    /**
     * Divides.
     *
     * @param calibrationShare of the files, in (0, 1)
     */
    static PolicyBank of(List<LabelledFile> references, double calibrationShare) {
        return new PolicyBank(
                references.stream()
                        .filter(file -> !calibrates(file, calibrationShare))
                        .toList(),
                references.stream()
                        .filter(file -> calibrates(file, calibrationShare))
                        .toList());
    }

    private static boolean calibrates(LabelledFile file, double share) {
        return SourceFile.of(file.file()).fraction("calibration") < share;
    }

    /** Files by their content; of equal ones the first. */
    static List<LabelledFile> read(List<LabelledPicture> pictures, CalibrationGoal goal) {
        Map<String, LabelledFile> files = new LinkedHashMap<>();
        for (LabelledPicture picture : pictures) {
            String sha256 = Sha256.digest(picture.bytes()).hex();
            files.putIfAbsent(
                    sha256,
                    new LabelledFile(
                            picture.file(),
                            picture.label(),
                            goal.flaggedLabels().contains(picture.label()),
                            sha256));
        }
        return List.copyOf(files.values());
    }

    /**
     * Embeds and calibrates.
     *
     * @throws IllegalArgumentException if the files of a side are all flagged, or none is
     */
    CalibratedBank calibrated(EncoderPool embedder, CalibrationGoal goal, StageLog log) {
        AcceptanceSplit split = new AcceptanceSplit(bank, calibration, List.of(), 0, List.of());
        Sights sights = Sights.of(split, embedder, log);
        return CalibratedBank.of(embedder.description(), bank, calibration, sights, goal);
    }

    /**
     * A picture that is decided and attacked.
     *
     * @param picture the file
     * @param source what it was taken from
     */
    record AskedPicture(LabelledFile picture, SourceFile source) {

        /** What an attacker wants of it. */
        AttackGoal goal() {
            return picture.flagged() ? AttackGoal.EVADE : AttackGoal.FALSE_FLAG;
        }
    }
}
