package io.bulwark.stream.audit;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.Signal;
import io.bulwark.schemas.topic.ProbeAudits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many of the images that our own red team attacked fell, by its goal and budget. An image that fell to one attack has
 * fallen, however many others it withstood: the worst of several attacks counts. An attack that ran out of time says
 * neither that an image held nor that it fell, and an image of which nothing else is known is counted apart. One thread
 * calls.
 */
public final class ProbeTally {

    private final Map<Threat, Map<String, Came>> images = new HashMap<>();
    private final List<AuditTally.Bucket> found = new ArrayList<>();

    /**
     * What the red team tries.
     *
     * @param goal what the attack is to reach, such as {@code evasion}
     * @param epsilon the budget, as the red team writes it, such as {@code 8/255}
     */
    public record Threat(String goal, String epsilon) {}

    /**
     * What came of it.
     *
     * @param images whose attack came to its end
     * @param fell of these
     * @param overdue further images, whose attacks all ran out of time
     */
    public record Outcome(long images, long fell, long overdue) {}

    /** What is known of an image; of several attacks the last of these counts. */
    private enum Came {
        OVERDUE,
        HELD,
        FELL
    }

    /**
     * Takes an audit; one that says nothing of a probe counts as none.
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
                                came(signal.getScore()),
                                (one, other) -> one.compareTo(other) > 0 ? one : other);
            }
        }
    }

    /** The same counts, with what was a probe as one. */
    public AuditTally corrected(AuditTally tally) {
        return tally.with(found);
    }

    private static Came came(double score) {
        if (score == ProbeAudits.NOT_KNOWN) {
            return Came.OVERDUE;
        }
        return score > ProbeAudits.NOT_KNOWN ? Came.FELL : Came.HELD;
    }

    /** By threat; those are missing of which no attack came to its end. */
    public Map<Threat, Outcome> outcomes() {
        var outcomes = new HashMap<Threat, Outcome>();
        images.forEach((threat, came) -> {
            long overdue = count(came, Came.OVERDUE);
            if (overdue < came.size()) {
                outcomes.put(threat, new Outcome(came.size() - overdue, count(came, Came.FELL), overdue));
            }
        });
        return outcomes;
    }

    private static long count(Map<String, Came> images, Came wanted) {
        return images.values().stream().filter(wanted::equals).count();
    }
}
