package io.bulwark.perception.audit;

import io.bulwark.perception.metric.Cosine;
import io.bulwark.perception.verdict.ScoredImage;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** The detector of {@code TWIN_DISAGREEMENT}. Immutable; any thread. */
public final class TwinAuditor {

    /** The signal's name. */
    public static final String SIGNAL = "twin-disagreement";

    private final double threshold;

    /**
     * Makes the detector.
     *
     * @param threshold as {@link TwinCalibration} found it for the pair, in [0, 1]
     */
    public TwinAuditor(double threshold) {
        if (!(threshold >= 0 && threshold <= 1)) {
            throw new IllegalArgumentException("bulwark.twin.threshold is " + threshold
                    + ", allowed is a score from 0 to 1 (`bulwark bank calibrate --twin MODEL` finds it)");
        }
        this.threshold = threshold;
    }

    /**
     * Compares what the two say of one image.
     *
     * @param drifts by view, as {@link Drift#byView} gives them
     */
    public TwinFinding inspect(ScoredImage robust, ScoredImage clean, List<Double> drifts) {
        Disagreement disagreement = Disagreement.of(robust, clean, drifts);
        return new TwinFinding(new Signal(SIGNAL, disagreement.score(), threshold), disagreement);
    }

    /**
     * What the comparison of the twins came to.
     *
     * @param signal the detector's answer
     * @param disagreement what it rests on
     */
    public record TwinFinding(Signal signal, Disagreement disagreement) {}

    /**
     * How two encoders disagree on an image.
     *
     * @param distance of the two decisions, in [0, 1]: 1 for SAFE and NSFW, half of it where one of them is REVIEW, 0
     *     for equals
     * @param unanimity of the robust encoder's vote, in [0, 1]: 1 for a score of 0 or 1, 0 for one of a half
     * @param gap difference of the two scores, in [0, 1]; evidence alone
     * @param drift distance of the two embeddings of the contested view, in [0, 1]; empty where their dimensions differ
     * @param view index of the contested view: the one that decided for the encoder with the graver decision
     */
    public record Disagreement(double distance, double unanimity, double gap, OptionalDouble drift, int view) {

        /** Raised when the same two scored images would get another score. */
        public static final String VERSION = "twin 2";

        /**
         * Compares.
         *
         * @param drifts by view, as {@link Drift#byView} gives them
         */
        public static Disagreement of(ScoredImage robust, ScoredImage clean, List<Double> drifts) {
            boolean cleanIsGraver =
                    clean.judgement().outcome().isWorseThan(robust.judgement().outcome());
            int view = (cleanIsGraver ? clean : robust).judgement().worstView();
            double score = robust.judgement().score();
            return new Disagreement(
                    clean.judgement().outcome().distance(robust.judgement().outcome()),
                    (2 * score - 1) * (2 * score - 1),
                    Math.abs(clean.judgement().score() - score),
                    drifts.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(drifts.get(view)),
                    view);
        }

        /** Whether they decide differently; NSFW, REVIEW and SAFE are three decisions. */
        public boolean decisionsDiffer() {
            return distance > 0;
        }

        /**
         * What the threshold is compared with, in [0, 1]: the square of the decisions' distance times unanimity times
         * drift.
         */
        public double score() {
            return distance * distance * unanimity * drift.orElse(1);
        }
    }

    /**
     * How far apart two encoders see the same view: {@code 1 - cosine} of their embeddings, cut to [0, 1].
     *
     * <p>The one place where embeddings of two fingerprints meet. No decision is made by it: it is a detector's
     * statistic, whose threshold is calibrated for the very pair.
     */
    public static final class Drift {

        private Drift() {}

        /**
         * The drift of each view.
         *
         * @param robust unit embeddings by view
         * @param clean those of the twin, of the same views in the same order
         * @return as many values as views; none where the encoders' dimensions differ and no distance exists
         */
        public static List<Double> byView(List<float[]> robust, List<float[]> clean) {
            if (robust.size() != clean.size()) {
                throw new IllegalArgumentException("The twin saw " + clean.size() + " views, allowed are the "
                        + robust.size() + " that the robust encoder saw");
            }
            if (robust.isEmpty() || robust.get(0).length != clean.get(0).length) {
                return List.of();
            }
            return IntStream.range(0, robust.size())
                    .mapToObj(view -> between(robust.get(view), clean.get(view)))
                    .toList();
        }

        private static double between(float[] robust, float[] clean) {
            return Math.max(0, Math.min(1, 1 - Cosine.similarity(robust, clean)));
        }
    }
}
