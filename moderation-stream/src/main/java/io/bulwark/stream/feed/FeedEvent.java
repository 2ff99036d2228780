package io.bulwark.stream.feed;

import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.feed.FeedCursor.FeedTopic;
import java.time.Instant;

/**
 * An event for a client of the feed.
 *
 * @see VerdictFeed
 */
public sealed interface FeedEvent {

    /** The cursor to come back with after this event. */
    FeedCursor cursor();

    /** A record that was read. */
    record Shown(Item item, FeedCursor cursor) implements FeedEvent {}

    /** The client is connected; what it missed, or the history, follows. */
    record Opened(FeedCursor cursor) implements FeedEvent {}

    /** The client's place is older than the ring: some events after it are lost. */
    record Gap(FeedCursor cursor) implements FeedEvent {}

    /**
     * A sign of life, which moves the client's place past events that its filter hid. A client that is shown little
     * would otherwise come back from a place older than the ring.
     */
    record Beat(FeedCursor cursor) implements FeedEvent {}

    /**
     * What happened to an image.
     *
     * @param at by the clock of the program that decided
     * @param decision by name; an audit has its verdict's
     * @param json the document as JSON, written once for all clients
     */
    record Item(FeedTopic topic, TenantKey image, Instant at, String decision, Object document, String json) {

        static Item of(VerdictDocument verdict, String json) {
            var image = new TenantKey(verdict.tenant(), verdict.imageId());
            return new Item(FeedTopic.VERDICTS, image, verdict.decidedAt(), verdict.decision(), verdict, json);
        }

        static Item of(AuditDocument audit, String json) {
            var image = new TenantKey(audit.tenant(), audit.imageId());
            return new Item(FeedTopic.AUDITS, image, audit.detectedAt(), audit.decision(), audit, json);
        }

        static Item of(DecisionDocument decision, String json) {
            var image = new TenantKey(decision.tenant(), decision.imageId());
            return new Item(FeedTopic.DECISIONS, image, decision.since(), decision.decision(), decision, json);
        }
    }
}
