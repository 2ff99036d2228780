package io.bulwark.perception.audit;

import io.bulwark.perception.verdict.ScoredImage;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How two encoders disagree on an image.
 *
 * @param distance of the two decisions, in [0, 1]: 1 for SAFE and NSFW, half of it where one of them is REVIEW, 0 for equals
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

    /** What the threshold is compared with, in [0, 1]: the square of the decisions' distance times unanimity times drift. */
    public double score() {
        return distance * distance * unanimity * drift.orElse(1);
    }
}
