package io.bulwark.stream.feed;

import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.feed.FeedCursor.FeedTopic;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

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

    /**
     * What a client of the feed is shown.
     *
     * @param topics of what
     * @param tenant whose records; empty for those of every tenant
     * @param decisions by name, such as {@code NSFW}; empty for all. An audit counts by its verdict's decision
     * @param sample the share of images that is shown, in (0, 1]. An image is in or out with all of its records
     */
    public record FeedFilter(Set<FeedTopic> topics, Optional<String> tenant, Set<String> decisions, double sample) {

        /** Verdicts and audits. */
        public static final Set<FeedTopic> BY_WORKERS = Set.of(FeedTopic.VERDICTS, FeedTopic.AUDITS);

        /** All verdicts and audits. */
        public static final FeedFilter ALL = new FeedFilter(Optional.empty(), Set.of(), 1);

        private static final int SHARES = 10_000;

        /** Of verdicts and audits. */
        public FeedFilter(Optional<String> tenant, Set<String> decisions, double sample) {
            this(BY_WORKERS, tenant, decisions, sample);
        }

        public FeedFilter {
            topics = Set.copyOf(topics);
            decisions = Set.copyOf(decisions);
            if (!(sample > 0 && sample <= 1)) {
                throw new IllegalArgumentException("A sample is above 0 and at most 1, and not " + sample + ".");
            }
        }

        boolean shows(FeedEvent.Item item) {
            return topics.contains(item.topic())
                    && (tenant.isEmpty() || tenant.get().equals(item.image().tenant()))
                    && (decisions.isEmpty() || decisions.contains(item.decision()))
                    && (sample == 1 || share(item.image().id()) < sample * SHARES);
        }

        /** Spread evenly over [0, {@value #SHARES}), by the last step of MurmurHash3's 32-bit form. */
        private static int share(String imageId) {
            int hash = imageId.hashCode();
            hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
            hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
            return Math.floorMod(hash ^ (hash >>> 16), SHARES);
        }
    }
}
