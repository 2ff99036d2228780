package io.bulwark.stream.query;

import io.bulwark.events.DeciderKind;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.UploaderStats;
import io.bulwark.events.Verdict;
import io.bulwark.stream.decision.Evidence;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.UploaderDocument;
import io.bulwark.stream.document.VerdictDocument;
import jakarta.inject.Singleton;
import java.util.List;

/** What the stores hold, as documents. Any thread may ask. */
@Singleton
public class Documents {

    private final StateQueries state;

    Documents(StateQueries state) {
        this.state = state;
    }

    /** The worker's verdict, with what holds in place of what it decided where a person decided since. */
    public Answer<VerdictDocument> verdict(String tenant, String imageId, Freshness freshness) {
        Answer<Evidence> evidence = state.evidence(tenant, imageId, freshness);
        if (!(evidence instanceof Answer.Found<Evidence> seen)) {
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

    private static VerdictDocument document(Evidence evidence, ModerationDecision holds) {
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
