package io.bulwark.service.outcome;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Signal;
import io.bulwark.events.Verdict;
import io.bulwark.perception.flagged.FlaggedEntry;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.ScoredImage;
import java.util.List;
import java.util.Map;

/** The audit of an image that is held back because it lies near flagged content: the only place that says so. */
public final class NearFlaggedAudit {

    /** The signal's name. */
    public static final String SIGNAL = "near-flagged";

    private NearFlaggedAudit() {}

    /**
     * The audit; {@code HASH_TWIN} where the image is one with the entry's contents but for its bytes, as near as they are
     * merged.
     *
     * @param verdict that was published
     * @param truth what was decided before
     * @param threshold cosine of the bound
     */
    public static AttackAudit of(Verdict verdict, ScoredImage truth, NearFlagged.Held held, double threshold) {
        double closeness = Math.max(0, Math.min(1, held.closeness()));
        AttackKind kind = held.angle() <= FlaggedEntry.WIDEST ? AttackKind.HASH_TWIN : AttackKind.NEAR_FLAGGED;
        return VerdictAudit.of(verdict, kind)
                .setSignals(List.of(new Signal(SIGNAL, closeness, threshold, true)))
                .setFusedScore(closeness)
                .setView(truth.opinions().get(held.view()).view())
                .setRobustScore(truth.judgement().score())
                .setRobustNeighbours(EventNeighbours.of(truth.neighbours(held.view())))
                .setEvidence(Map.of(
                        "entry", held.entry().id(),
                        "label", held.entry().label().orElse(""),
                        "angle", VerdictAudit.rounded(held.angle()),
                        "radius", VerdictAudit.rounded(held.entry().radius())))
                .build();
    }
}
