package io.bulwark.stream.document;

import io.bulwark.events.ModerationDecision;
import io.bulwark.stream.document.VerdictDocument.Coordinates;
import io.bulwark.stream.document.VerdictDocument.DeciderDocument;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The last word on one content of an image.
 *
 * @param reason of the worker's verdict; null where a person decided
 * @param labels why: the labels that decided, or that a person gave
 * @param score the worker's, in [0, 1]
 * @param since when it was decided so
 * @param decisionId of the person's decision
 * @param contentSha256 the content that it holds for; null where nothing could be fetched
 * @param upload the latest upload of that content
 * @param verdict where the worker's verdict on that upload stands
 * @param replaced what held before; null where nothing did
 * @param policyVersion by which policy it was decided: a worker's verdict's, or the one in force when the person decided;
 *     null where that is not known, and in lists
 * @param wordsVersion by which version of the labels the person decided, 0 for none; null of a worker's, and in lists
 */
@Schema(name = "DecisionDocument")
public record DecisionDocument(
        String tenant,
        String imageId,
        String uploaderId,
        String decision,
        String reason,
        List<String> labels,
        double score,
        DeciderDocument decidedBy,
        Instant since,
        String decisionId,
        String contentSha256,
        Coordinates upload,
        Instant uploadedAt,
        Coordinates verdict,
        ReplacedDocument replaced,
        String policyVersion,
        Long wordsVersion) {

    /** What held before, on the same content or on another. */
    public record ReplacedDocument(String decision, DeciderDocument decidedBy, Instant since, String contentSha256) {}

    public static DecisionDocument of(ModerationDecision decision) {
        return of(decision, null, null);
    }

    /** The same, with what it was decided by. */
    public static DecisionDocument of(ModerationDecision decision, String policyVersion, Long wordsVersion) {
        return RecordDocuments.of(
                DecisionDocument.class, decision, "policyVersion", policyVersion, "wordsVersion", wordsVersion);
    }
}
