package io.bulwark.schemas.topic;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;

/**
 * How records of {@link Topics#ATTACK_AUDIT} are told apart that the red team wrote: it attacked a copy of an upload,
 * and no uploader did. Programs that count attacks, judge uploaders or choose what people look at leave these out.
 */
public final class ProbeAudits {

    /**
     * The name of their one signal: 1 where the attack got what it wanted, 0 where it did not, or {@link #NOT_KNOWN}.
     */
    public static final String SIGNAL = "robustness-probe";

    /** Where the attack ran out of time: it counts neither as held nor as fallen. */
    public static final double NOT_KNOWN = 0.5;

    /** Whom they name as the uploader: no uploader, also for readers who do not know the kind. */
    public static final String UPLOADER = "bulwark-red-team";

    private ProbeAudits() {}

    /**
     * Whether the red team wrote it. Releases of the schemas before the third have no word for the kind, so the signal
     * counts too.
     */
    public static boolean isOne(AttackAudit audit) {
        return audit.getKind() == AttackKind.ROBUSTNESS_PROBE
                || audit.getSignals().stream()
                        .anyMatch(signal -> signal.getName().equals(SIGNAL));
    }
}
