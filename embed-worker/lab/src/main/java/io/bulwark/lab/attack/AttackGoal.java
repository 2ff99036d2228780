package io.bulwark.lab.attack;

import io.bulwark.perception.verdict.Judgement;
import java.util.Locale;
import java.util.Optional;

/** What an attacker wants of a moderation decision. */
public enum AttackGoal {
    /** A flagged picture passes as SAFE. Left to a person is not passed. */
    EVADE(Judgement.Outcome.SAFE),

    /** A harmless picture is flagged as NSFW. */
    FALSE_FLAG(Judgement.Outcome.NSFW);

    private final Judgement.Outcome outcome;

    AttackGoal(Judgement.Outcome outcome) {
        this.outcome = outcome;
    }

    /** The decision that is wanted. */
    public Judgement.Outcome outcome() {
        return outcome;
    }

    /** Whether a decision is the one that is wanted; a refusal never is. */
    public boolean reached(Optional<Judgement> judgement) {
        return judgement.map(Judgement::outcome).filter(outcome::equals).isPresent();
    }

    /**
     * Whether every view of a picture has to be won. A verdict is that of the worst view: to pass, none may be flagged;
     * to be flagged, one is enough.
     */
    public boolean needsEveryView() {
        return this == EVADE;
    }

    /** The name in commands and reports: {@code false-flag}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
