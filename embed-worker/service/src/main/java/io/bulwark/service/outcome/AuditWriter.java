package io.bulwark.service.outcome;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Verdict;
import io.bulwark.perception.audit.Disagreement;
import io.bulwark.perception.audit.TwinFinding;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.schemas.topic.SampledAudits;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Writes audits: what a detector found, in the words of the schema. Immutable; any thread. */
public final class AuditWriter {

    private final String twinFingerprint;

    public AuditWriter(String twinFingerprint) {
        this.twinFingerprint = twinFingerprint;
    }

    /**
     * The clean twin decides so differently that somebody may have pushed.
     *
     * @param verdict of the same image; the audit repeats whose it is and where it was uploaded
     * @param robust what the verdict rests on
     * @param clean what the twin says
     * @param share of the images that is drawn for the sample, where the twin does not see every file and this one was drawn
     */
    public AttackAudit twinDisagreement(
            Verdict verdict, TwinFinding finding, ScoredImage robust, ScoredImage clean, OptionalDouble share) {
        Disagreement disagreement = finding.disagreement();
        int view = disagreement.view();
        return VerdictAudit.of(verdict, AttackKind.TWIN_DISAGREEMENT, finding.signal())
                .setView(robust.opinions().get(view).view())
                .setRobustScore(robust.judgement().score())
                .setCleanScore(clean.judgement().score())
                .setRobustNeighbours(EventNeighbours.of(robust.neighbours(view)))
                .setCleanNeighbours(EventNeighbours.of(clean.neighbours(view)))
                .setEvidence(evidence(disagreement, share))
                .setCleanDecision(VerdictWriter.decision(clean.judgement().outcome()))
                .setTwinFingerprint(twinFingerprint)
                .build();
    }

    private static Map<String, String> evidence(Disagreement disagreement, OptionalDouble share) {
        Map<String, String> evidence = new TreeMap<>();
        evidence.put("unanimity", VerdictAudit.rounded(disagreement.unanimity()));
        evidence.put("gap", VerdictAudit.rounded(disagreement.gap()));
        disagreement.drift().ifPresent(drift -> evidence.put("drift", VerdictAudit.rounded(drift)));
        share.ifPresent(drawn -> evidence.put(SampledAudits.SHARE, Double.toString(drawn)));
        return evidence;
    }
}
