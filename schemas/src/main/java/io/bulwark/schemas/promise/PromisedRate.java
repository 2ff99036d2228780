package io.bulwark.schemas.promise;

import io.bulwark.events.Decision;
import java.util.Optional;

/** A rate that can be promised: how often the machine is wrong on one of two sides. */
public enum PromisedRate {
    /** SAFE among what people call NSFW. */
    MISSED(Decision.SAFE, Decision.NSFW),
    /** NSFW among what people call SAFE. */
    FALSELY_FLAGGED(Decision.NSFW, Decision.SAFE);

    private final Decision event;
    private final Decision base;

    PromisedRate(Decision event, Decision base) {
        this.event = event;
        this.base = base;
    }

    /**
     * What a drawn outcome is for this rate.
     *
     * @param probability with which it was drawn, in (0, 1]
     * @param machine what the machine decided
     * @param people what adjudicated reviewers say, SAFE or NSFW; empty while that is open
     */
    public Draw draw(double probability, Decision machine, Optional<Decision> people) {
        return new Draw(
                probability,
                machine == event,
                people.map(said -> said == base ? Membership.INSIDE : Membership.OUTSIDE)
                        .orElse(Membership.OPEN));
    }

    /** What people make the image of, for a rate's base. */
    public Decision base() {
        return base;
    }

    /** Whether an image belongs to the base. */
    public enum Membership {
        INSIDE,
        OUTSIDE,
        /** There is no answer yet, or it was taken back. */
        OPEN
    }

    /**
     * A drawn outcome.
     *
     * @param probability of the draw, in (0, 1]
     * @param event whether the machine's decision is the one that counts
     * @param membership of the image
     */
    public record Draw(double probability, boolean event, Membership membership) {

        public Draw {
            if (!(probability > 0 && probability <= 1)) {
                throw new IllegalArgumentException("A draw's probability is in (0, 1], not " + probability + ".");
            }
        }

        boolean isOpen() {
            return membership == Membership.OPEN;
        }
    }
}
