package io.bulwark.lab.audit;

import io.bulwark.lab.attack.upload.FileModerator.FileResult;
import io.bulwark.lab.attack.upload.WatchedObjective.TwinWatch;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.SeenImage.SeenView;
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
}
