package io.bulwark.schemas.topic;

import io.bulwark.events.AttackAudit;

/**
 * How records of {@link Topics#ATTACK_AUDIT} are told apart that no detector asked for: they belong to images drawn at
 * random, with every score that was computed, so that rates and distributions can be estimated without selection.
 * Programs that count attacks, judge uploaders or choose what people look at leave these out.
 */
public final class SampledAudits {

    /** The name of their first signal, which never fires. Every release of the schemas can say it. */
    public static final String SIGNAL = "sample";

    /**
     * What their evidence calls the share of the images that was drawn, above 0 up to 1. Audits of a detector that does
     * not see every file say it, too, of a file that was drawn.
     */
    public static final String SHARE = "share";

    /** What their evidence calls the signal of a detector that does not see every file. */
    public static final String PARTIAL = "partial";

    /** Whom they name as the uploader: no uploader, also for readers who do not know the signal. */
    public static final String UPLOADER = "bulwark-sample";

    private SampledAudits() {}

    /** Whether it is one. */
    public static boolean isOne(AttackAudit audit) {
        return audit.getSignals().stream().anyMatch(signal -> signal.getName().equals(SIGNAL));
    }

    /** Whether it is a suspicion at all: it is neither one of these nor the red team's. */
    public static boolean isSuspicion(AttackAudit audit) {
        return !isOne(audit) && !ProbeAudits.isOne(audit);
    }
}
