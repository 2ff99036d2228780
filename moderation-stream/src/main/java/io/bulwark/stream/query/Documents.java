package io.bulwark.stream.query;

import io.bulwark.events.DeciderKind;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.stream.audit.AuditTally;
import io.bulwark.stream.decision.StoredDecision.StoredVerdict;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.AuditSummaryDocument;
import io.bulwark.stream.document.AuditSummaryDocument.Count;
import io.bulwark.stream.document.AuditSummaryDocument.Robustness;
import io.bulwark.stream.document.UploaderDocument;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.query.Answer.Freshness;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Answers from the stores as documents. Any thread. */
@Singleton
public class Documents {

    private final StateQueries state;

    Documents(StateQueries state) {
        this.state = state;
    }

    /** The worker's verdict, with what holds in place of what it decided where a person decided since. */
    public Answer<VerdictDocument> verdict(String tenant, String imageId, Freshness freshness) {
        Answer<StoredVerdict> evidence = state.evidence(tenant, imageId, freshness);
        if (!(evidence instanceof Answer.Found<StoredVerdict> seen)) {
            return evidence.map(none -> null);
        }
        return state.decision(tenant, imageId, freshness).map(holds -> document(seen.value(), holds));
    }

    /** The windows and level of an uploader; absent where there is none. */
    public Answer<UploaderDocument> uploader(String tenant, String uploaderId, Freshness freshness) {
        Answer<List<UploaderStats>> windows = state.uploader(tenant, uploaderId, freshness);
        Answer<String> level = state.uploaderLevel(tenant, uploaderId, freshness);
        if (level instanceof Answer.Found<String> found) {
            return windows.map(all -> UploaderDocument.of(uploaderId, found.value(), all));
        }
        return level instanceof Answer.Absent<String>
                ? windows.map(all -> UploaderDocument.of(uploaderId, null, all))
                : level.map(none -> null);
    }

    /** The audits of an image, newest first; absent where there are none. */
    public Answer<List<AuditDocument>> audits(String tenant, String imageId, Freshness freshness) {
        return state.audits(tenant, imageId, freshness).map(AuditDocument::newestFirst);
    }

    /** The newest audits of an uploader's images, newest first; absent where there are none. */
    public Answer<List<AuditDocument>> auditsOfUploader(String tenant, String uploaderId, Freshness freshness) {
        return state.auditsOfUploader(tenant, uploaderId, freshness).map(AuditDocument::newestFirst);
    }

    /**
     * The audits that this instance holds, counted by kind and time, and how the decisions held that the red team
     * attacked.
     *
     * @param since the first bucket begins with it
     * @param objective shown beside it; null for none
     */
    public Answer<AuditSummaryDocument> auditsCountedHere(
            String tenant, Instant since, Duration bucket, Double objective) {
        Answer<AuditTally> counted = state.auditsCountedHere(tenant, since, bucket);
        if (!(counted instanceof Answer.Found<AuditTally> tally)) {
            return counted.map(none -> null);
        }
        return state.probesHere(tally.value().probes())
                .map(probes -> new AuditSummaryDocument(
                        since,
                        tally.value().complete(),
                        bucket.toSeconds(),
                        probes.corrected(tally.value()).counts().entrySet().stream()
                                .map(each -> new Count(
                                        each.getKey().from(), each.getKey().kind(), each.getValue()))
                                .toList(),
                        probes.outcomes().entrySet().stream()
                                .map(each -> Robustness.of(
                                        each.getKey().goal(),
                                        each.getKey().epsilon(),
                                        each.getValue().images(),
                                        each.getValue().fell(),
                                        each.getValue().overdue()))
                                .toList(),
                        objective));
    }

    private static VerdictDocument document(StoredVerdict evidence, ModerationDecision holds) {
        Verdict.Builder verdict = Verdict.newBuilder(evidence.verdict());
        if (holds.getDecidedBy().getKind() == DeciderKind.REVIEWER) {
            verdict.setDecision(holds.getDecision())
                    .setReason(null)
                    .setReasonDetail(null)
                    .setDecidedBy(holds.getDecidedBy())
                    .setDecidedAt(holds.getSince());
        }
        return VerdictDocument.of(verdict.build(), evidence.verdict().getDecision(), evidence.coordinates());
    }
}
