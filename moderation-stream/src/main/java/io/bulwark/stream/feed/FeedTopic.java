package io.bulwark.stream.feed;

/** What the feed shows, each from a topic of its own. */
enum FeedTopic {
    VERDICTS,
    AUDITS
}
