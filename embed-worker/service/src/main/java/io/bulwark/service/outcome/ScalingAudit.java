package io.bulwark.service.outcome;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.scaling.ScalingTrace;
import io.bulwark.perception.audit.ScalingFinding;
import io.bulwark.perception.verdict.ScoredImage;
import java.util.Map;

/** The audit of an image that hides another one, which whoever scales without a filter would show. */
public final class ScalingAudit {

    private ScalingAudit() {}

    /**
     * The audit.
     *
     * @param verdict that was published
     * @param robust what was decided of the picture as the encoder sees it
     */
    public static AttackAudit of(Verdict verdict, ScoredImage robust, ScalingFinding finding) {
        ScalingTrace trace = finding.trace();
        return VerdictAudit.of(verdict, AttackKind.IMAGE_SCALING, finding.signal())
                .setView(trace.view())
                .setRobustScore(robust.judgement().score())
                .setEvidence(Map.of(
                        "spectrum", VerdictAudit.rounded(trace.spectrum()),
                        "downAndUp", VerdictAudit.rounded(trace.downAndUp()),
                        "hidden", trace.width() + "x" + trace.height()))
                .build();
    }
}
