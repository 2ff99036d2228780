package io.bulwark.stream.document;

import io.bulwark.events.AttackAudit;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.stream.document.VerdictDocument.Coordinates;
import io.bulwark.stream.document.VerdictDocument.NeighbourDocument;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An attack audit with its evidence.
 *
 * @param fusedScore in [0, 1]; the more, the more suspicious
 * @param view of the image that the neighbours are of
 * @param decision the verdict's at that time
 * @param cleanDecision what the non-robust twin would have decided
 * @param contentSha256 of the file; null where the worker did not say it
 * @param sample whether no detector fired: the image was drawn at random to leave its scores, and no attack is
 *     suspected
 */
@Schema(name = "AuditDocument")
public record AuditDocument(
        String imageId,
        String uploaderId,
        String tenant,
        String kind,
        List<SignalDocument> signals,
        double fusedScore,
        String view,
        Double robustScore,
        Double cleanScore,
        List<NeighbourDocument> robustNeighbours,
        List<NeighbourDocument> cleanNeighbours,
        Map<String, String> evidence,
        String decision,
        String cleanDecision,
        String modelFingerprint,
        String twinFingerprint,
        List<String> perceptualKey,
        Coordinates upload,
        Instant detectedAt,
        String contentSha256,
        boolean sample) {

    /** One detector's answer; a score above its threshold fires. */
    public record SignalDocument(String name, double score, double threshold, boolean fired) {}

    /** The document of an audit. */
    public static AuditDocument of(AttackAudit audit) {
        return RecordDocuments.of(AuditDocument.class, audit, "sample", SampledAudits.isOne(audit));
    }

    /**
     * The documents of audits, newest first.
     *
     * @param audits in any order
     */
    public static List<AuditDocument> newestFirst(List<AttackAudit> audits) {
        return audits.stream()
                .sorted(Comparator.comparing(AttackAudit::getDetectedAt)
                        .reversed()
                        .thenComparing(AttackAudit::getImageId)
                        .thenComparing(AttackAudit::getKind))
                .map(AuditDocument::of)
                .toList();
    }
}
