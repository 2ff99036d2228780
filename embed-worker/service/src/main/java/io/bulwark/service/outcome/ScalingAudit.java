package io.bulwark.service.outcome;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Signal;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.scaling.ScalingTrace;
import io.bulwark.perception.audit.ScalingFinding;
import io.bulwark.perception.verdict.Testimony;
import java.util.List;
import java.util.Locale;
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
    public static AttackAudit of(Verdict verdict, Testimony robust, ScalingFinding finding) {
        ScalingTrace trace = finding.trace();
        return AttackAudit.newBuilder()
                .setImageId(verdict.getImageId())
                .setUploaderId(verdict.getUploaderId())
                .setTenant(verdict.getTenant())
                .setKind(AttackKind.IMAGE_SCALING)
                .setSignals(List.of(new Signal(
                        finding.signal().name(),
                        finding.signal().score(),
                        finding.signal().threshold(),
                        finding.signal().fired())))
                .setFusedScore(finding.signal().score())
                .setView(trace.view())
                .setRobustScore(robust.judgement().score())
                .setEvidence(Map.of(
                        "spectrum", rounded(trace.spectrum()),
                        "downAndUp", rounded(trace.downAndUp()),
                        "hidden", trace.width() + "x" + trace.height()))
                .setDecision(verdict.getDecision())
                .setModelFingerprint(verdict.getModelFingerprint())
                .setPerceptualKey(verdict.getPerceptualKey())
                .setUpload(verdict.getUpload())
                .setDetectedAt(verdict.getDecidedAt())
                .build();
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
