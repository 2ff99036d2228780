package io.bulwark.schemas.topic;

import io.bulwark.events.DeciderKind;
import io.bulwark.events.ModerationDecision;
import java.util.List;

/**
 * How records of {@link Topics#DECISIONS} are told apart that say nothing but that an image has to be taken down: its
 * case is that of a provider's designated staff. Such a record carries no hash of the content and no score. Programs
 * that hand decisions on, count them by label or choose what people look at leave these out.
 */
public final class RestrictedDecisions {

    /** The only label of such a decision. Every release of the schemas can say it. */
    public static final String LABEL = "restricted";

    private RestrictedDecisions() {}

    /**
     * Whether it is one, also as a release of the schemas writes it that has no field for it. There the label counts
     * where a worker decided: a person may use the word.
     */
    public static boolean isOne(ModerationDecision decision) {
        return decision.getRestricted()
                || (decision.getDecidedBy().getKind() != DeciderKind.REVIEWER
                        && decision.getLabels().equals(List.of(LABEL)));
    }
}
