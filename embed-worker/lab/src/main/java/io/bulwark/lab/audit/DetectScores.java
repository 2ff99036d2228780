package io.bulwark.lab.audit;

import io.bulwark.lab.attack.upload.FileModerator.Said;
import io.bulwark.lab.attack.upload.TwinWatch;
import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.List;

/**
 * What each detector compares with its threshold; the more, the more suspicious.
 *
 * @param twin disagreement with the twin, in [0, 1]
 * @param scaling trace of a hidden picture, in [0, 1]; 0 where the upload is too small to be looked at
 * @param near greatest cosine of a view with a flagged entry; 0 where the upload is not SAFE, so that nothing is held back
 */
record DetectScores(double twin, double scaling, double near) {

    /** Of no upload. */
    static final DetectScores NONE = new DetectScores(0, 0, 0);

    /** @param index unit embeddings of flagged content */
    static DetectScores of(TwinWatch.Both both, double scaling, List<float[]> index) {
        return new DetectScores(both.score(), scaling, near(both.robust(), index));
    }

    private static double near(Said said, List<float[]> index) {
        if (said.testimony().judgement().outcome() != Outcome.SAFE) {
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
}
