package io.bulwark.cli.audit;

import java.util.Locale;

/** What became of an attack on one picture. */
public enum ProbeOutcome {
    /** The decision is what it was. */
    HELD,

    /** The picture goes to a person: the attacker has not got what he wanted. */
    REVIEW,

    /** The attacker has the decision that he wanted. */
    FELL,

    /** The time was over before the attack was: whether the picture would have fallen is not known. */
    OVERDUE,

    /** The picture was not attacked. */
    SKIPPED;

    /** The name in metrics and audits: {@code fell}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
