package io.bulwark.stream.feed;

/** What the feed shows, each from a topic of its own. Their order is that of a cursor's text: a new one comes last. */
public enum FeedTopic {
    /** What workers decided, as it comes. */
    VERDICTS,
    /** Suspected attacks. */
    AUDITS,
    /** What holds, whoever decided it. */
    DECISIONS
}
