package io.bulwark.schemas.topic;

import io.bulwark.events.AttackAudit;
import io.bulwark.events.AttackKind;

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

    /**
     * How records of {@link Topics#ATTACK_AUDIT} are told apart that the red team wrote: it attacked a copy of an
     * upload, and no uploader did. Programs that count attacks, judge uploaders or choose what people look at leave
     * these out.
     */
    public static final class ProbeAudits {

        /**
         * The name of their one signal: 1 where the attack got what it wanted, 0 where it did not, or {@link
         * #NOT_KNOWN}.
         */
        public static final String SIGNAL = "robustness-probe";

        /** Where the attack ran out of time: it counts neither as held nor as fallen. */
        public static final double NOT_KNOWN = 0.5;

        /** Whom they name as the uploader: no uploader, also for readers who do not know the kind. */
        public static final String UPLOADER = "bulwark-red-team";

        private ProbeAudits() {}

        /**
         * Whether the red team wrote it. Releases of the schemas before the third have no word for the kind, so the
         * signal counts too.
         */
        public static boolean isOne(AttackAudit audit) {
            return audit.getKind() == AttackKind.ROBUSTNESS_PROBE
                    || audit.getSignals().stream()
                            .anyMatch(signal -> signal.getName().equals(SIGNAL));
        }
    }
}
