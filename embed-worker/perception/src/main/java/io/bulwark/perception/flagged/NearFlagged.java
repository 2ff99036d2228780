package io.bulwark.perception.flagged;

import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.FlaggedIndex.Nearness;
import io.bulwark.perception.verdict.Judgement;
import io.bulwark.perception.verdict.Judgement.Basis;
import io.bulwark.perception.verdict.Judgement.Doubt;
import io.bulwark.perception.verdict.Judgement.LabelScore;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings.LabelRule.Action;
import io.bulwark.perception.verdict.PolicySettings.Thresholds;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.ScoredImage.Opinion;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import io.bulwark.perception.verdict.Turning;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What lies near an entry of the flagged index is not SAFE. Worker and evaluation both ask here. Immutable; any thread.
 *
 * @param similarity cosine of the bound: a view is held back whose angle to an entry's centre is at most that of this cosine; in
 *     (0, {@link #GREATEST}], so that no entry is wider than the bound
 */
public record NearFlagged(double similarity) {

    /** Cosine of {@link FlaggedEntry#WIDEST}, rounded so that the angle is no smaller: what is calibrated is no greater. */
    public static final double GREATEST = 0.995;

    /** Keeps the drawn score off the thresholds. */
    private static final double MARGIN = 0.05;

    private static final double GOLDEN = 1.618033988749895;
    private static final double MIXING = 1009;
    private static final double LEAST_SHARE = 0.6;
    private static final int MOST_TO_TURN = 3;

    /** @throws IllegalArgumentException if the cosine is not allowed */
    public NearFlagged {
        if (!(similarity > 0 && similarity <= GREATEST)) {
            throw new IllegalArgumentException("bulwark.flagged.similarity is " + similarity
                    + ", allowed is a cosine above 0 up to " + GREATEST
                    + ", as near as entries are merged (`bulwark bank calibrate-flagged` finds it)");
        }
    }

    /** The bound as an angle in radians. */
    public double bound() {
        return FlaggedIndex.angle(similarity);
    }

    /**
     * Holds back images that were decided SAFE, where they lie near an entry of their tenant and are not exempt: one search a
     * tenant.
     *
     * @return of each in their order; empty where what was decided stands
     */
    public List<Optional<Held>> hold(FlaggedIndex index, List<Decided> images) {
        List<Optional<Held>> held = new ArrayList<>(Collections.nCopies(images.size(), Optional.empty()));
        Map<String, List<Integer>> asked = new TreeMap<>();
        for (int i = 0; i < images.size(); i++) {
            Decided image = images.get(i);
            String tenant = image.seen().tenant();
            if (image.said().judgement().outcome() == Outcome.SAFE && !index.exempts(tenant, image.sha256())) {
                asked.computeIfAbsent(tenant, each -> new ArrayList<>()).add(i);
            }
        }
        asked.forEach((tenant, of) -> {
            List<List<float[]>> rows =
                    of.stream().map(i -> rows(images.get(i).seen().evidence())).toList();
            List<Optional<Nearness>> nearest = index.nearest(tenant, rows, bound());
            for (int n = 0; n < of.size(); n++) {
                Decided image = images.get(of.get(n));
                held.set(of.get(n), nearest.get(n).map(near -> held(image, near)));
            }
        });
        return held;
    }

    /**
     * How near an image lies to what is flagged, whether or not that holds it back: the greatest cosine of an angle to an entry's
     * centre, and 0 from a right angle on; below {@link #similarity} wherever it is not held back. Empty for an image that the
     * rule does not ask about, and where there is no entry.
     *
     * @return in [0, 1]
     */
    public OptionalDouble closeness(FlaggedIndex index, Decided image) {
        String tenant = image.seen().tenant();
        List<SeenView> evidence = image.seen().evidence();
        return image.said().judgement().outcome() != Outcome.SAFE
                        || evidence.isEmpty()
                        || index.exempts(tenant, image.sha256())
                ? OptionalDouble.empty()
                : index.closest(tenant, rows(evidence));
    }

    private static List<float[]> rows(List<SeenView> views) {
        return views.stream().map(SeenView::embedding).toList();
    }

    /**
     * The published result reveals nothing that follows from the true decision: no neighbours and no classes. It says
     * that a shadow policy would hold the image back, too.
     */
    private static Held held(Decided image, Nearness near) {
        ScoredImage said = image.said();
        int nearest = image.seen().views().indexOf(image.seen().evidence().get(near.view()));
        Judgement safe = said.judgement();
        Thresholds thresholds = image.thresholds();
        double draw = image.draw();
        double band = thresholds.flag() - thresholds.safe();
        double score = thresholds.safe() + band * (MARGIN + (1 - 2 * MARGIN) * draw);
        List<Double> scores = new ArrayList<>();
        for (int view = 0; view < safe.viewScores().size(); view++) {
            scores.add(view == nearest ? score : score * (LEAST_SHARE + (1 - LEAST_SHARE) * mixed(draw, view)));
        }
        int turning = 1 + (int) (MOST_TO_TURN * mixed(draw, -1));
        Judgement review = new Judgement(
                Outcome.REVIEW,
                Optional.of(Doubt.UNCERTAIN),
                Basis.BANK,
                score,
                thresholds.margin(score),
                List.copyOf(scores),
                nearest,
                near.entry().label().stream()
                        .map(label -> new LabelScore(label, score, Action.FLAG))
                        .toList(),
                near.entry().label(),
                Optional.empty(),
                new Turning(OptionalInt.of(turning), OptionalInt.of(turning)));
        List<Opinion> silent = said.opinions().stream().map(Opinion::untold).toList();
        return new Held(
                new ScoredImage(
                        review,
                        silent,
                        said.policyVersion(),
                        said.shadow().map(shadow -> new ScoredImage.ShadowJudgement(review, shadow.policyVersion()))),
                near.entry(),
                nearest,
                near.angle());
    }

    /**
     * Numbers in [0, 1) for the other views and fields, drawn like the score: the true ones would reveal the true
     * score.
     */
    private static double mixed(double draw, int of) {
        double mixed = (draw + 1) * GOLDEN * (of + 2) * MIXING;
        return mixed - Math.floor(mixed);
    }

    /**
     * An image as it was decided.
     *
     * @param sha256 of its file, lower-case hexadecimal
     * @param thresholds between which the score is put
     * @param draw evenly distributed in [0, 1), of the file and a key alone
     */
    public record Decided(SeenImage seen, String sha256, ScoredImage said, Thresholds thresholds, double draw) {}

    /**
     * The published result of an image that is held back.
     *
     * @param scored in place of the true one
     * @param entry that it lies in
     * @param view index of the view that does
     * @param angle from that view to the entry's centre, in radians
     */
    public record Held(ScoredImage scored, FlaggedEntry entry, int view, double angle) {

        /** Cosine of the angle to the entry's centre, on the scale of the bound. */
        public double closeness() {
            return Math.cos(angle);
        }
    }
}
