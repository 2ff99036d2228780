package io.bulwark.stream.feed;

/** As many watch the feed as may. */
public final class FeedFullException extends RuntimeException {

    FeedFullException(int most) {
        super(most + " clients watch the feed already, which is bulwark.stream.feed.max-clients.");
    }
}
