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
 * nothing. One thread calls.
 */
public final class ProbeTally {

    private final Map<Threat, Map<String, Boolean>> images = new HashMap<>();
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
     * @param images that were attacked
     * @param fell of these
     */
    public record Outcome(long images, long fell) {}

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
                if (signal.getScore() != ProbeAudits.NOT_KNOWN) {
                    images.computeIfAbsent(threat, any -> new HashMap<>())
                            .merge(audit.getImageId(), signal.getScore() > ProbeAudits.NOT_KNOWN, Boolean::logicalOr);
                }
            }
        }
    }

    /** The same counts, with what was a probe as one. */
    public AuditTally corrected(AuditTally tally) {
        return tally.with(found);
    }

    public Map<Threat, Outcome> outcomes() {
        var outcomes = new HashMap<Threat, Outcome>();
        images.forEach((threat, fell) -> outcomes.put(
                threat,
                new Outcome(
                        fell.size(), fell.values().stream().filter(each -> each).count())));
        return outcomes;
    }
}
