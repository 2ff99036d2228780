package io.bulwark.stream.feed;

import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.document.VerdictDocument;
import java.time.Instant;
import java.util.Optional;

/**
 * Something that a client of the feed is told.
 *
 * @see VerdictFeed
 */
public sealed interface FeedEvent {

    /** The cursor to come back with after this event. */
    FeedCursor cursor();

    /** Whether a client with this filter is told of it. */
    default boolean passes(FeedFilter filter) {
        return true;
    }

    /** What happened to which image; empty where this is about none. */
    default Optional<Happened> happened() {
        return Optional.empty();
    }

    /**
     * Something that happened to an image.
     *
     * @param at by the clock of whoever decided
     */
    record Happened(TenantKey image, Instant at) {}

    /**
     * A verdict.
     *
     * @param json the document as JSON, written once for all clients
     */
    record Arrived(VerdictDocument verdict, String json, FeedCursor cursor) implements FeedEvent {

        @Override
        public boolean passes(FeedFilter filter) {
            return filter.shows(FeedTopic.VERDICTS, verdict.tenant(), verdict.decision(), verdict.imageId());
        }

        @Override
        public Optional<Happened> happened() {
            return Optional.of(new Happened(new TenantKey(verdict.tenant(), verdict.imageId()), verdict.decidedAt()));
        }
    }

    /**
     * An attack audit.
     *
     * @param json the document as JSON, written once for all clients
     */
    record Audited(AuditDocument audit, String json, FeedCursor cursor) implements FeedEvent {

        @Override
        public boolean passes(FeedFilter filter) {
            return filter.shows(FeedTopic.AUDITS, audit.tenant(), audit.decision(), audit.imageId());
        }

        @Override
        public Optional<Happened> happened() {
            return Optional.of(new Happened(new TenantKey(audit.tenant(), audit.imageId()), audit.detectedAt()));
        }
    }

    /**
     * What now holds for an image.
     *
     * @param json the document as JSON, written once for all clients
     */
    record Decided(DecisionDocument decision, String json, FeedCursor cursor) implements FeedEvent {

        @Override
        public boolean passes(FeedFilter filter) {
            return filter.shows(FeedTopic.DECISIONS, decision.tenant(), decision.decision(), decision.imageId());
        }

        @Override
        public Optional<Happened> happened() {
            return Optional.of(new Happened(new TenantKey(decision.tenant(), decision.imageId()), decision.since()));
        }
    }

    /** The client is connected; what it missed, or the history, follows. */
    record Opened(FeedCursor cursor) implements FeedEvent {}

    /** The client comes from a place that the ring no longer reaches: some of what came in between is not shown. */
    record Gap(FeedCursor cursor) implements FeedEvent {}

    /**
     * A sign of life, which moves the client's place on past what its filter hid: a client that is shown little would
     * otherwise come back from a place that the ring no longer reaches.
     */
    record Beat(FeedCursor cursor) implements FeedEvent {}
}
