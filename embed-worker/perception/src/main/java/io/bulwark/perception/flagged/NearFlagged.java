package io.bulwark.perception.flagged;

import io.bulwark.perception.flagged.FlaggedIndex.Nearness;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Basis;
import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.LabelRule.Action;
import io.bulwark.perception.verdict.LabelScore;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import io.bulwark.perception.verdict.Testimony;
import io.bulwark.perception.verdict.Thresholds;
import io.bulwark.perception.verdict.Turning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What lies near an entry of the flagged index is not SAFE. Worker and evaluation both ask here. Immutable; any thread.
 *
 * @param similarity cosine of the bound: a view is held back whose angle to an entry's centre is at most that of this cosine
 *     and the entry's radius together; in (0, 1]
 */
public record NearFlagged(double similarity) {

    /** Keeps the drawn score off the thresholds. */
    private static final double MARGIN = 0.05;

    private static final double GOLDEN = 1.618033988749895;
    private static final double MIXING = 1009;
    private static final double LEAST_SHARE = 0.6;

    /** @throws IllegalArgumentException if the cosine is not allowed */
    public NearFlagged {
        if (!(similarity > 0 && similarity <= 1)) {
            throw new IllegalArgumentException("bulwark.flagged.similarity is " + similarity
                    + ", allowed is a cosine above 0 up to 1 (`bulwark bank calibrate-flagged` finds it)");
        }
    }

    /** The bound as an angle in radians. */
    public double bound() {
        return FlaggedIndex.angle(similarity);
    }

    /**
     * Holds back an image that was decided SAFE, if it lies near an entry of its tenant and is not exempt.
     *
     * @param sha256 of its file, lower-case hexadecimal
     * @param said what was decided of it
     * @param thresholds between which the score is put
     * @param draw evenly distributed in [0, 1), of the file and a key alone
     * @return empty where what was decided stands
     */
    public Optional<Held> hold(
            FlaggedIndex index, SeenImage image, String sha256, Testimony said, Thresholds thresholds, double draw) {
        if (said.judgement().outcome() != Outcome.SAFE || index.exempts(image.tenant(), sha256)) {
            return Optional.empty();
        }
        List<float[]> rows = image.views().stream().map(SeenView::embedding).toList();
        return index.nearest(image.tenant(), rows, bound()).map(near -> held(said, near, thresholds, draw));
    }

    private static Held held(Testimony said, Nearness near, Thresholds thresholds, double draw) {
        Judgement safe = said.judgement();
        double band = thresholds.flag() - thresholds.safe();
        double score = thresholds.safe() + band * (MARGIN + (1 - 2 * MARGIN) * draw);
        List<Double> scores = new ArrayList<>();
        for (int view = 0; view < safe.viewScores().size(); view++) {
            scores.add(view == near.view() ? score : score * lower(draw, view));
        }
        Judgement review = new Judgement(
                Outcome.REVIEW,
                Optional.of(Doubt.UNCERTAIN),
                Basis.BANK,
                score,
                thresholds.margin(score),
                List.copyOf(scores),
                near.view(),
                near.entry().label().stream()
                        .map(label -> new LabelScore(label, score, Action.FLAG))
                        .toList(),
                near.entry().label(),
                Optional.empty(),
                Turning.NONE);
        return new Held(
                new Testimony(review, said.opinions(), said.policyVersion(), said.shadow()),
                near.entry(),
                near.view(),
                near.angle());
    }

    /** Shares of the score for the other views, drawn like it: their true scores would tell the true one. */
    private static double lower(double draw, int view) {
        double mixed = draw * GOLDEN * (view + 2) * MIXING;
        return LEAST_SHARE + (1 - LEAST_SHARE) * (mixed - Math.floor(mixed));
    }

    /**
     * What is said of an image that is held back.
     *
     * @param testimony in place of the true one
     * @param entry that it lies in
     * @param view index of the view that does
     * @param angle from that view to the entry's centre, in radians
     */
    public record Held(Testimony testimony, FlaggedEntry entry, int view, double angle) {

        /** Cosine of the angle to the nearest that the entry may hold; 1 within its radius. */
        public double closeness() {
            return Math.cos(Math.max(0, angle - entry.radius()));
        }
    }
}
