package io.bulwark.service.outcome;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Verdict;
import io.bulwark.perception.audit.Signal;
import java.util.List;
import java.util.Locale;

/** What every audit has of the verdict beside it, so that no detector's audit lacks a part of it. */
final class VerdictAudit {

    private VerdictAudit() {}

    /**
     * Begins an audit: whose the image is, where it was uploaded and what it holds, by which model, when and how it was
     * decided. Signals, scores and evidence are the detector's.
     *
     * @param verdict that was published
     */
    static AttackAudit.Builder of(Verdict verdict, AttackKind kind) {
        return AttackAudit.newBuilder()
                .setImageId(verdict.getImageId())
                .setUploaderId(verdict.getUploaderId())
                .setTenant(verdict.getTenant())
                .setKind(kind)
                .setDecision(verdict.getDecision())
                .setModelFingerprint(verdict.getModelFingerprint())
                .setPerceptualKey(verdict.getPerceptualKey())
                .setUpload(verdict.getUpload())
                .setDetectedAt(verdict.getDecidedAt())
                .setContentSha256(verdict.getContentSha256());
    }

    /** The same, found by one detector: its score, in [0, 1], is the audit's. */
    static AttackAudit.Builder of(Verdict verdict, AttackKind kind, Signal signal) {
        return of(verdict, kind)
                .setSignals(List.of(new io.bulwark.events.Signal(
                        signal.name(), signal.score(), signal.threshold(), signal.fired())))
                .setFusedScore(signal.score());
    }

    /** A measurement as evidence, with four decimals. */
    static String rounded(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
