package io.bulwark.service.pipeline;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.scaling.ScalingDetector.ScalingTrace;
import io.bulwark.perception.audit.ScalingAuditor.ScalingFinding;
import io.bulwark.perception.audit.Signal;
import io.bulwark.perception.audit.TwinAuditor.Disagreement;
import io.bulwark.perception.audit.TwinAuditor.TwinFinding;
import io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.schemas.topic.SampledAudits;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Writes audits: what a detector found, in the words of the schema. Immutable; any thread. */
public final class AuditWriter {

    /** The signal of {@link #nearFlagged}. */
    public static final String NEAR_FLAGGED = "near-flagged";

    private final String twinFingerprint;

    public AuditWriter(String twinFingerprint) {
        this.twinFingerprint = twinFingerprint;
    }

    /**
     * The clean twin decides so differently that the image may have been perturbed.
     *
     * @param verdict of the same image; the audit repeats whose it is and where it was uploaded
     * @param robust what the verdict rests on
     * @param clean what the twin says
     * @param share of the images that is drawn for the sample, where the twin does not see every file and this one was
     *     drawn
     */
    public AttackAudit twinDisagreement(
            Verdict verdict, TwinFinding finding, ScoredImage robust, ScoredImage clean, OptionalDouble share) {
        Disagreement disagreement = finding.disagreement();
        int view = disagreement.view();
        return begin(verdict, AttackKind.TWIN_DISAGREEMENT, finding.signal())
                .setView(robust.opinions().get(view).view())
                .setRobustScore(robust.judgement().score())
                .setCleanScore(clean.judgement().score())
                .setRobustNeighbours(VerdictWriter.neighbours(robust.neighbours(view)))
                .setCleanNeighbours(VerdictWriter.neighbours(clean.neighbours(view)))
                .setEvidence(evidence(disagreement, share))
                .setCleanDecision(VerdictWriter.decision(clean.judgement().outcome()))
                .setTwinFingerprint(twinFingerprint)
                .build();
    }

    private static Map<String, String> evidence(Disagreement disagreement, OptionalDouble share) {
        Map<String, String> evidence = new TreeMap<>();
        evidence.put("unanimity", rounded(disagreement.unanimity()));
        evidence.put("gap", rounded(disagreement.gap()));
        disagreement.drift().ifPresent(drift -> evidence.put("drift", rounded(drift)));
        share.ifPresent(drawn -> evidence.put(SampledAudits.SHARE, Double.toString(drawn)));
        return evidence;
    }

    /**
     * An image that is held back because it lies near flagged content; {@code HASH_TWIN} where the image is one with
     * the entry's contents but for its bytes, as near as they are merged.
     *
     * @param verdict that was published
     * @param truth what was decided before
     * @param threshold cosine of the bound
     */
    public static AttackAudit nearFlagged(Verdict verdict, ScoredImage truth, NearFlagged.Held held, double threshold) {
        double closeness = Math.max(0, Math.min(1, held.closeness()));
        AttackKind kind = held.angle() <= FlaggedEntry.WIDEST ? AttackKind.HASH_TWIN : AttackKind.NEAR_FLAGGED;
        return begin(verdict, kind)
                .setSignals(List.of(new io.bulwark.events.Signal(NEAR_FLAGGED, closeness, threshold, true)))
                .setFusedScore(closeness)
                .setView(truth.opinions().get(held.view()).view())
                .setRobustScore(truth.judgement().score())
                .setRobustNeighbours(VerdictWriter.neighbours(truth.neighbours(held.view())))
                .setEvidence(Map.of(
                        "entry", held.entry().id(),
                        "label", held.entry().label().orElse(""),
                        "angle", rounded(held.angle()),
                        "radius", rounded(held.entry().radius())))
                .build();
    }

    /**
     * An image that hides another one, which a scaler without a filter would show.
     *
     * @param verdict that was published
     * @param robust what was decided of the picture as the encoder sees it
     */
    public static AttackAudit scaling(Verdict verdict, ScoredImage robust, ScalingFinding finding) {
        ScalingTrace trace = finding.trace();
        return begin(verdict, AttackKind.IMAGE_SCALING, finding.signal())
                .setView(trace.view())
                .setRobustScore(robust.judgement().score())
                .setEvidence(Map.of(
                        "spectrum", rounded(trace.spectrum()),
                        "downAndUp", rounded(trace.downAndUp()),
                        "hidden", trace.width() + "x" + trace.height()))
                .build();
    }

    /**
     * An image that was drawn for the sample and that no detector fired on. It names no uploader and has no perceptual
     * key, by which a reader of any age would count it for an uploader or group it with attacks.
     *
     * @param verdict that was published
     * @param robust what it rests on
     * @param clean what the twin says, where it was asked
     * @param scores of the detectors that looked, none of which fired
     * @param share of the images that is drawn, above 0 up to 1
     * @param partial signal of a detector that does not see every file
     */
    public static AttackAudit sample(
            Verdict verdict,
            ScoredImage robust,
            Optional<ScoredImage> clean,
            List<Signal> scores,
            double share,
            Optional<String> partial) {
        List<io.bulwark.events.Signal> signals = new ArrayList<>();
        signals.add(new io.bulwark.events.Signal(SampledAudits.SIGNAL, 0.0, 1.0, false));
        scores.forEach(found -> signals.add(event(found)));
        Map<String, String> evidence = new TreeMap<>();
        evidence.put(SampledAudits.SHARE, Double.toString(share));
        partial.ifPresent(signal -> evidence.put(SampledAudits.PARTIAL, signal));
        return begin(verdict, AttackKind.OTHER)
                .setUploaderId(SampledAudits.UPLOADER)
                .setPerceptualKey(List.of())
                .setSignals(signals)
                .setFusedScore(0)
                .setRobustScore(robust.judgement().score())
                .setCleanScore(clean.map(said -> said.judgement().score()).orElse(null))
                .setCleanDecision(clean.map(
                                said -> VerdictWriter.decision(said.judgement().outcome()))
                        .orElse(null))
                .setEvidence(evidence)
                .build();
    }

    /**
     * Begins an audit: whose the image is, where it was uploaded and what it holds, by which model, when and how it was
     * decided. Signals, scores and evidence are the detector's.
     *
     * @param verdict that was published
     */
    private static AttackAudit.Builder begin(Verdict verdict, AttackKind kind) {
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
    private static AttackAudit.Builder begin(Verdict verdict, AttackKind kind, Signal signal) {
        return begin(verdict, kind).setSignals(List.of(event(signal))).setFusedScore(signal.score());
    }

    /** A measurement as evidence, with four decimals. */
    private static String rounded(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static io.bulwark.events.Signal event(Signal found) {
        return new io.bulwark.events.Signal(found.name(), found.score(), found.threshold(), found.fired());
    }
}
