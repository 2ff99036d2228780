package io.bulwark.lab.audit;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.lab.attack.upload.FileModerator.FileResult;
import io.bulwark.lab.attack.upload.WatchedObjective.TwinWatch;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What each detector compares with its threshold; the more, the more suspicious.
 *
 * @param twin disagreement with the twin, in [0, 1]
 * @param scaling trace of a hidden picture, in [0, 1]; 0 where the upload is too small to be looked at
 * @param near greatest cosine of a view with a flagged entry; 0 where the upload is not SAFE, so that nothing is held
 *     back
 */
record DetectScores(double twin, double scaling, double near) {

    /** Of no upload. */
    static final DetectScores NONE = new DetectScores(0, 0, 0);

    /** @param index unit embeddings of flagged content */
    static DetectScores of(TwinWatch.Both both, double scaling, List<float[]> index) {
        return new DetectScores(both.score(), scaling, near(both.robust(), index));
    }

    private static double near(FileResult said, List<float[]> index) {
        if (said.scored().judgement().outcome() != Outcome.SAFE) {
            return 0;
        }
        double greatest = 0;
        for (SeenView view : said.views()) {
            for (float[] entry : index) {
                greatest = Math.max(greatest, Cosine.similarity(view.embedding(), entry));
            }
        }
        return greatest;
    }

    /** Whether each detector fires, in the order of the thresholds: twin, scaling, near. */
    boolean[] fired(DetectScores thresholds) {
        return new boolean[] {twin > thresholds.twin, scaling > thresholds.scaling, near > thresholds.near};
    }

    /**
     * What one attack or edit came to on one picture, and what the detectors make of its upload: a line of the ledger.
     *
     * @param picture SHA-256 of the file as it was given
     * @param attack its name, {@value #BENIGN} of an edit by a harmless uploader
     * @param goal what the attacker wants; of an edit, its title
     * @param won whether he has it; of an edit, whether its upload was decided
     * @param scores of the upload
     */
    record DetectEntry(String picture, String attack, String goal, boolean won, DetectScores scores) {

        /** What stands for an attack where there is none. */
        static final String BENIGN = "benign";

        /** What an entry is about; of each there is one. */
        record Key(String picture, String attack, String goal) {}

        Key key() {
            return new Key(picture, attack, goal);
        }
    }

    /**
     * What a worker makes of a file that was not attacked.
     *
     * @param safe whether it is SAFE: the flagged index holds nothing else back, so its false alarms are of such files
     *     alone
     * @param scores of the file
     */
    record CleanFile(boolean safe, DetectScores scores) {

        static List<DetectScores> scores(List<CleanFile> files) {
            return files.stream().map(CleanFile::scores).toList();
        }

        static List<DetectScores> safeScores(List<CleanFile> files) {
            return scores(files.stream().filter(CleanFile::safe).toList());
        }
    }

    /**
     * A file whose SHA-256 says, before anybody looks at it, whether it calibrates or tests.
     *
     * @param path where it lies
     * @param sha256 of its bytes
     */
    record NamedFile(Path path, Sha256 sha256) {

        /** @throws CommandFailure if one cannot be read */
        static List<NamedFile> all(List<Path> files) {
            return files.stream()
                    .map(file -> new NamedFile(file, Sha256.digest(InputFile.bytes(file))))
                    .toList();
        }

        byte[] bytes() {
            return InputFile.bytes(path);
        }

        boolean calibrates() {
            return Integer.parseInt(sha256.hex().substring(0, 4), 16) < 0x8000;
        }

        /**
         * Writes which file calibrates and which tests.
         *
         * @throws CommandFailure if that cannot be written
         */
        static void write(List<NamedFile> files, Path names) {
            List<String> lines = files.stream()
                    .map(file -> (file.calibrates() ? "calibrate " : "test ")
                            + file.sha256().hex() + " " + file.path())
                    .toList();
            try {
                if (names.getParent() != null) {
                    Files.createDirectories(names.getParent());
                }
                Files.write(names, lines);
            } catch (IOException unwritable) {
                throw CommandFailure.failed(names + " cannot be written: " + unwritable, unwritable);
            }
        }
    }
}
