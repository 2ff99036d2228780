package io.bulwark.stream.review;

import io.bulwark.schemas.topic.DeadLetterHeaders;

/** A record of a topic that intake alone reads cannot be used: it becomes a dead letter, and the partition goes on. */
final class UnusableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient DeadLetterHeaders story;

    /** @param story why */
    UnusableException(DeadLetterHeaders story) {
        super(story.detail());
        this.story = story;
    }

    DeadLetterHeaders story() {
        return story;
    }
}
