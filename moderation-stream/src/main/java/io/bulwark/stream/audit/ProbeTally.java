package io.bulwark.stream.audit;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Signal;
import io.bulwark.schemas.topic.ProbeAudits;
import io.bulwark.stream.state.StoreKey;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * How many images fell to our own red team, by its goal and budget. The worst of several attacks on an image counts. An
 * attack that ran out of time is no result; images without any other attack are counted apart. One thread calls.
 */
public final class ProbeTally {

    private static final Set<String> KEPT_EVIDENCE = Set.of("goal", "epsilon", "attack");

    private final Map<Threat, Map<String, Result>> images = new HashMap<>();
    private final List<AuditTally.Bucket> found = new ArrayList<>();

    /**
     * The attack that the red team tries.
     *
     * @param goal what the attack is to reach, such as {@code evasion}
     * @param epsilon the budget, as the red team writes it, such as {@code 8/255}
     */
    public record Threat(String goal, String epsilon) {}

    /**
     * The result of a threat.
     *
     * @param images whose attack ended
     * @param fell of these
     * @param overdue further images, whose attacks all ran out of time
     */
    public record Outcome(long images, long fell, long overdue) {}

    /** The result for an image; of several attacks the last of these counts. */
    private enum Result {
        OVERDUE,
        HELD,
        FELL
    }

    /**
     * The red team attacked a copy of an upload, so its audit says nothing of the image or its uploader. It is kept for
     * the robust accuracy alone: with a digest in place of the image's id, so that there is nothing to erase, and with
     * no other evidence than the attack tried.
     *
     * @param takenIn when the broker took it in; a later time of detection is set back to it
     */
    public static AttackAudit kept(AttackAudit audit, Instant takenIn) {
        Map<String, String> evidence = new HashMap<>(audit.getEvidence());
        evidence.keySet().retainAll(KEPT_EVIDENCE);
        Instant claimed = audit.getDetectedAt();
        return AttackAudit.newBuilder(audit)
                .setImageId(UUID.nameUUIDFromBytes(StoreKey.image(audit.getTenant(), audit.getImageId())
                                .getBytes(StandardCharsets.UTF_8))
                        .toString())
                .setUploaderId(ProbeAudits.UPLOADER)
                .setEvidence(evidence)
                .setRobustNeighbours(List.of())
                .setCleanNeighbours(List.of())
                .setPerceptualKey(List.of())
                .setUpload(null)
                .setContentSha256(null)
                .setDetectedAt(claimed.isAfter(takenIn) ? takenIn : claimed)
                .build();
    }

    /**
     * Counts an audit; one that is no probe is ignored.
     *
     * @param bucket in which it was counted
     */
    public void add(AttackAudit audit, AuditTally.Bucket bucket) {
        for (Signal signal : audit.getSignals()) {
            if (signal.getName().equals(ProbeAudits.SIGNAL)) {
                var threat = new Threat(
                        audit.getEvidence().getOrDefault("goal", ""),
                        audit.getEvidence().getOrDefault("epsilon", ""));
                found.add(bucket);
                images.computeIfAbsent(threat, any -> new HashMap<>())
                        .merge(
                                audit.getImageId(),
                                result(signal.getScore()),
                                (one, other) -> one.compareTo(other) > 0 ? one : other);
            }
        }
    }

    /** The same counts, with probes as such. */
    public AuditTally corrected(AuditTally tally) {
        return tally.with(found);
    }

    private static Result result(double score) {
        if (score == ProbeAudits.NOT_KNOWN) {
            return Result.OVERDUE;
        }
        return score > ProbeAudits.NOT_KNOWN ? Result.FELL : Result.HELD;
    }

    /** By threat; without threats of which no attack ended. */
    public Map<Threat, Outcome> outcomes() {
        var outcomes = new HashMap<Threat, Outcome>();
        images.forEach((threat, results) -> {
            long overdue = count(results, Result.OVERDUE);
            if (overdue < results.size()) {
                outcomes.put(threat, new Outcome(results.size() - overdue, count(results, Result.FELL), overdue));
            }
        });
        return outcomes;
    }

    private static long count(Map<String, Result> images, Result wanted) {
        return images.values().stream().filter(wanted::equals).count();
    }
}
