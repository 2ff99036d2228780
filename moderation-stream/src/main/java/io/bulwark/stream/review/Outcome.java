package io.bulwark.stream.review;

import java.util.UUID;

/**
 * What became of an answer.
 *
 * @param decisionId the decision's
 * @param state whether it holds
 */
public record Outcome(UUID decisionId, State state) {

    /** Whether it holds. */
    public enum State {
        /** It holds, and is published. */
        IN_FORCE,
        /** It needs a second reviewer, or a senior. */
        PROPOSED,
        /** It was taken back, and the item is with whoever took it back. */
        UNDONE
    }
}
