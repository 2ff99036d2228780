package io.bulwark.service.outcome;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;
import io.bulwark.events.Signal;
import io.bulwark.events.Verdict;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.schemas.topic.SampledAudits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The audit of an image that was drawn for the sample and that no detector fired on. It names no uploader and has no
 * perceptual key, by which a reader of whatever age would count it for somebody or bring it together with attacks.
 */
public final class SampleAudit {

    private SampleAudit() {}

    /**
     * The audit.
     *
     * @param verdict that was published
     * @param robust what it rests on
     * @param clean what the twin says, where it was asked
     * @param scores of the detectors that looked, none of which fired
     * @param share of the images that is drawn, above 0 up to 1
     * @param partial signal of a detector that does not see every file
     */
    public static AttackAudit of(
            Verdict verdict,
            ScoredImage robust,
            Optional<ScoredImage> clean,
            List<io.bulwark.perception.audit.Signal> scores,
            double share,
            Optional<String> partial) {
        List<Signal> signals = new ArrayList<>();
        signals.add(new Signal(SampledAudits.SIGNAL, 0.0, 1.0, false));
        scores.forEach(found -> signals.add(new Signal(found.name(), found.score(), found.threshold(), found.fired())));
        Map<String, String> evidence = new TreeMap<>();
        evidence.put(SampledAudits.SHARE, Double.toString(share));
        partial.ifPresent(signal -> evidence.put(SampledAudits.PARTIAL, signal));
        return VerdictAudit.of(verdict, AttackKind.OTHER)
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
}
