package io.bulwark.lab.attack.upload;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.lab.attack.upload.TwinObjective.Seer;
import io.bulwark.perception.audit.TwinAuditor.Disagreement;
import io.bulwark.perception.audit.TwinAuditor.Drift;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * As {@link TwinObjective}, through all views that a worker takes: {@code robust + a clean + b cosine}, where both
 * losses join their views as {@link UploadObjective} does and the cosine is the mean over views. One picture; one
 * thread.
 */
public final class WatchedObjective extends PictureObjective {

    /** How sharply views are told apart, in units of the loss: cosines. */
    private static final double SMOOTHNESS = 0.02;

    /** Views embedded at once; more cost memory and, on a CPU, time. */
    private static final int BATCH = 8;

    private final Seer robust;
    private final Seer clean;
    private final UploadPath toRobust;
    private final UploadPath toClean;
    private final TwinObjective.Weights weights;
    private final AttackGoal goal;
    private final EightBits rounding;
    private final Predicate<UprightPicture> won;

    /**
     * @param views that are taken of an upload
     * @param rounding of the picture that is attacked
     * @param won whether an upload is all that the attacker wants; asked where the robust loss says that it is decided
     *     so
     */
    WatchedObjective(
            Seer robust,
            Seer clean,
            TwinObjective.Weights weights,
            ViewPolicy views,
            AttackGoal goal,
            EightBits rounding,
            Predicate<UprightPicture> won) {
        this.robust = robust;
        this.clean = clean;
        this.toRobust = path(robust, views);
        this.toClean = path(clean, views);
        this.weights = weights;
        this.goal = goal;
        this.rounding = rounding;
        this.won = won;
    }

    private static UploadPath path(Seer seer, ViewPolicy views) {
        return UploadPath.moderation(seer.encoder().description().preprocess(), views, new UploadFormat.Png());
    }

    @Override
    void one(int sample, float[] pixels, Scores scores, int row, float[] back) {
        UprightPicture upload = rounding.round(pixels);
        UploadPath.Seen judged = toRobust.see(upload);
        Side ofRobust = seen(robust, judged);
        Side ofClean = seen(
                clean,
                toClean.see(upload, judged.views().stream().map(View::name).toList()));
        int count = ofRobust.units.length;
        double nearness = ofRobust.dimension() == ofClean.dimension() ? weights.nearness() / count : 0;
        double cosines = 0;
        for (int view = 0; view < count && nearness > 0; view++) {
            cosines += ofRobust.units[view].dot(ofClean.units[view].values());
        }
        scores.losses()[row] =
                (float) (ofRobust.joint.loss() + weights.clean() * ofClean.joint.loss() + nearness * cosines);
        scores.fooled()[row] = ofRobust.joint.fooled() && won.test(upload);
        if (back != null) {
            pullBack(ofRobust, 1, ofClean, nearness, back);
            pullBack(ofClean, weights.clean(), ofRobust, nearness, back);
        }
    }

    /** What one encoder makes of an upload. */
    private record Side(
            Seer seer,
            UploadPath.Seen seen,
            UnitEmbedding[] units,
            EmbeddingLoss.Values values,
            UploadObjective.Joint joint) {

        int dimension() {
            return units[0].values().length;
        }
    }

    private Side seen(Seer seer, UploadPath.Seen seen) {
        int count = seen.views().size();
        int dimension = seer.encoder().description().dimension();
        float[] embeddings = new float[count * dimension];
        for (int from = 0; from < count; from += BATCH) {
            List<View> part = seen.views().subList(from, Math.min(count, from + BATCH));
            float[] some = seer.encoder().embed(UploadPath.planes(part), part.size());
            System.arraycopy(some, 0, embeddings, from * dimension, some.length);
        }
        UnitEmbedding[] units = new UnitEmbedding[count];
        Arrays.setAll(
                units,
                view -> UnitEmbedding.of(Arrays.copyOfRange(embeddings, view * dimension, (view + 1) * dimension)));
        EmbeddingLoss.Values values = seer.loss().evaluate(embeddings, new int[count]);
        UploadObjective.Joint joint = UploadObjective.Joint.of(
                values.scores().losses(), values.scores().fooled(), goal.needsEveryView(), SMOOTHNESS);
        return new Side(seer, seen, units, values, joint);
    }

    private static void pullBack(Side own, double weight, Side other, double nearness, float[] back) {
        int count = own.units.length;
        int dimension = own.dimension();
        float[] slopes = new float[count * dimension];
        for (int view = 0; view < count; view++) {
            float[] slope = new float[dimension];
            if (nearness > 0) {
                double[] byUnit = new double[dimension];
                UnitEmbedding.add(byUnit, other.units[view].values(), nearness);
                own.units[view].pullBack(byUnit, slope);
            }
            for (int d = 0; d < dimension; d++) {
                int at = view * dimension + d;
                slopes[at] = slope[d]
                        + (float)
                                (weight * own.joint.weights()[view] * own.values.slope()[at]);
            }
        }
        PreprocessSpec spec = own.seer.encoder().description().preprocess();
        for (int from = 0; from < count; from += BATCH) {
            int first = from;
            List<View> part = own.seen.views().subList(from, Math.min(count, from + BATCH));
            float[] byInput = own.seer
                    .encoder()
                    .gradient(
                            UploadPath.planes(part),
                            part.size(),
                            spec.height(),
                            spec.width(),
                            embeddings ->
                                    Arrays.copyOfRange(slopes, first * dimension, (first + part.size()) * dimension))
                    .inputGradient();
            int length = byInput.length / part.size();
            for (int view = 0; view < part.size(); view++) {
                own.seen.pullBack(first + view, Arrays.copyOfRange(byInput, view * length, (view + 1) * length), back);
            }
        }
    }

    /**
     * What a worker's twin makes of files: how far it disagrees with the encoder that decides, each through its own
     * views. One thread, always the same.
     *
     * @param robust decides
     * @param clean is asked beside it
     */
    public record TwinWatch(FileModerator robust, FileModerator clean) {

        /**
         * What both say of one picture.
         *
         * @param robust of the encoder that decides
         * @param clean of the twin
         */
        public record Both(FileModerator.FileResult robust, FileModerator.FileResult clean) {

            /** What the threshold of an alarm is compared with, in [0, 1]. */
            public double score() {
                return Disagreement.of(robust.scored(), clean.scored(), Drift.byView(units(robust), units(clean)))
                        .score();
            }

            private static List<float[]> units(FileModerator.FileResult result) {
                return result.views().stream().map(SeenView::embedding).toList();
            }
        }

        /** Of a file; empty where the decoder refuses it. */
        public Optional<Both> look(byte[] file) {
            return robust.result(file)
                    .flatMap(result -> clean.result(file, names(result)).map(other -> new Both(result, other)));
        }

        /** Of a lossless file of a picture. */
        public Both look(UprightPicture picture) {
            FileModerator.FileResult result = robust.resultOfStored(picture);
            return new Both(result, clean.resultOfStored(picture, names(result)));
        }

        private static List<String> names(FileModerator.FileResult result) {
            return result.views().stream().map(SeenView::name).toList();
        }
    }
}
