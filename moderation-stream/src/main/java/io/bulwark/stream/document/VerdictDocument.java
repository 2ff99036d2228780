package io.bulwark.stream.document;

import io.bulwark.events.Decision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A verdict with its evidence.
 *
 * @param decision what holds
 * @param workerDecision what the worker decided, which a person may have changed since
 * @param score of the worst view, in [0, 1]; 1 is flagged
 * @param margin distance of the score from the nearer threshold, in [0, 1]
 * @param labels a score for each label that the deciding view shows, highest first
 * @param decidingLabel the label that the decision is about
 * @param decidingView the view that decided
 * @param basis what the decision rests on
 * @param knownReference the reference that the image is a copy of
 * @param listed the entry of a hash list that the image is a copy of; null where none. Verdicts on restricted images have no
 *     document
 * @param insertionsToTurn references that would have to be inserted at the view to turn the decision
 * @param relabelsToTurn neighbours that would have to get another label to turn the decision
 * @param shadowDecision what the tenant's shadow policy would have decided
 * @param samplingKeyId which key chose the frames of an animation that were looked at
 * @param flaggedOffsets how far the flagged index was read, by partition; null where none was asked
 * @param attributes the producer's, bounded
 * @param timingsMicros microseconds by step
 * @param uploadedAt when the broker took the upload in; null in verdicts of older workers
 * @param record where the verdict stands in Kafka
 */
@Schema(name = "VerdictDocument")
public record VerdictDocument(
        String imageId,
        String uploaderId,
        String tenant,
        String decision,
        String workerDecision,
        String reason,
        String reasonDetail,
        double score,
        double margin,
        List<LabelDocument> labels,
        String decidingLabel,
        String decidingView,
        String basis,
        String knownReference,
        ListMatchDocument listed,
        Integer insertionsToTurn,
        Integer relabelsToTurn,
        String shadowDecision,
        String shadowPolicyVersion,
        List<ViewDocument> views,
        Double cleanTwinScore,
        String modelFingerprint,
        String preprocessFingerprint,
        String samplingKeyId,
        String bankVersion,
        String policyVersion,
        Map<String, Long> flaggedOffsets,
        String contentSha256,
        List<String> perceptualKey,
        Coordinates upload,
        Map<String, String> attributes,
        Map<String, Long> timingsMicros,
        Instant uploadedAt,
        Instant decidedAt,
        DeciderDocument decidedBy,
        Coordinates supersedes,
        Coordinates record) {

    /**
     * How much speaks for one label.
     *
     * @param score in [0, 1]
     * @param action what the policy does about the label: FLAG, REVIEW or IGNORE
     */
    public record LabelDocument(String label, double score, String action) {}

    /** What one view of the image says; neighbours nearest first. */
    public record ViewDocument(
            String view, double score, List<NeighbourDocument> neighbours, Map<String, Float> classProbabilities) {}

    /**
     * One of the nearest references.
     *
     * @param similarity cosine, in [-1, 1]
     * @param variant which everyday variant of the reference is near; null where it is the picture itself
     */
    public record NeighbourDocument(String referenceId, String label, float similarity, String variant) {}

    /**
     * An entry of a hash list.
     *
     * @param hash which kind of hash the image has: SHA256, SHA1 and MD5 mean the same file, PDQ one that looks like it
     * @param severity as the list says
     * @param verified whether the operator vouches for the list
     * @param adult whether the list is about adults
     */
    public record ListMatchDocument(
            String list, String entry, String hash, String severity, boolean verified, boolean adult) {}

    /** Who decided: WORKER or REVIEWER, and which. */
    public record DeciderDocument(String kind, String id) {}

    /** Where a record stands in Kafka. */
    public record Coordinates(String topic, int partition, long offset) {}

    /** The document of a verdict that stands at {@code coordinates}. */
    public static VerdictDocument of(Verdict verdict, RecordCoordinates coordinates) {
        return of(verdict, verdict.getDecision(), coordinates);
    }

    /**
     * The same, for a verdict that a reviewer overrode.
     *
     * @param byWorker what the worker decided
     */
    public static VerdictDocument of(Verdict verdict, Decision byWorker, RecordCoordinates coordinates) {
        return RecordDocuments.of(
                VerdictDocument.class,
                verdict,
                "workerDecision",
                byWorker.name(),
                "record",
                RecordDocuments.of(Coordinates.class, coordinates));
    }
}
