package io.bulwark.stream.outbound;

import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReplacedDecision;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.outbound.Receiver.Event;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;

/**
 * The decisions that one receiver gets. One thread.
 */
final class DecisionEvents implements AutoCloseable {

    /** Why a record is set aside whose key names no image. */
    static final String BAD_KEY = "BAD_KEY";

    private final Set<String> tenants;
    private final Set<String> decisions;
    private final boolean changesOnly;
    private final EventDecoder<ModerationDecision> decoder;
    private final UnreadSpans unread;

    /**
     * @param tenants empty for all
     * @param decisions by name, such as {@code NSFW}; empty for all
     * @param changesOnly leaves out a decision equal to the one before it, unless the receiver may not have got that
     *     one
     * @param decoder of {@code moderation.decisions}; closed with this
     */
    DecisionEvents(
            Set<String> tenants,
            Set<String> decisions,
            boolean changesOnly,
            EventDecoder<ModerationDecision> decoder,
            Clock clock) {
        this.tenants = tenants;
        this.decisions = decisions;
        this.changesOnly = changesOnly;
        this.decoder = decoder;
        this.unread = new UnreadSpans(clock);
    }

    /**
     * A decision, or that everything about an image is forgotten.
     *
     * @param decision null where the image is forgotten
     */
    record Change(TenantKey image, ModerationDecision decision) {}

    /** The bytes of an event are no record that could be delivered. */
    static final class UnreadableEventException extends RuntimeException {
        private final String reason;

        /**
         * @param reason one word, for counting
         * @param detail one sentence; holds nothing of the content
         */
        UnreadableEventException(String reason, String detail) {
            super(detail);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /**
     * The change that an event of {@code moderation.decisions} holds; empty where the receiver does not get it. A
     * forgotten image passes every filter but the tenant's: what the receiver got about it before is not known any
     * more.
     *
     * @throws UnreadableEventException where it will never be readable
     * @throws KafkaException where it may be later
     */
    Optional<Change> change(Event event) {
        unread.read(event);
        TenantKey image = TenantKey.parse(event.key())
                .orElseThrow(() -> new UnreadableEventException(BAD_KEY, "The key is not <tenant>/<imageId>."));
        if (!isOfTenant(image.tenant())) {
            return Optional.empty();
        }
        ModerationDecision decision = event.value() == null ? null : decode(decoder, event);
        return decision == null || isWanted(event, decision)
                ? Optional.of(new Change(image, decision))
                : Optional.empty();
    }

    /**
     * @throws UnreadableEventException where it will never be readable
     * @throws KafkaException where it may be later
     */
    static <T extends SpecificRecord> T decode(EventDecoder<T> decoder, Event event) {
        DecodedEvent<T> decoded = decoder.decodeWaiting(event.topic(), event.value());
        if (decoded instanceof DecodedEvent.Undecodable<T> undecodable) {
            if (undecodable.reason().retriable()) {
                throw new KafkaException(undecodable.detail());
            }
            throw new UnreadableEventException(undecodable.reason().name(), undecodable.detail());
        }
        return ((DecodedEvent.Event<T>) decoded).value();
    }

    /** Whether the receiver gets events of this tenant. */
    boolean isOfTenant(String tenant) {
        return tenants.isEmpty() || tenants.contains(tenant);
    }

    private boolean isWanted(Event event, ModerationDecision decision) {
        ReplacedDecision before = decision.getReplaced();
        boolean news = !changesOnly
                || before == null
                || before.getDecision() != decision.getDecision()
                || unread.mayHold(event.partition(), before.getSince());
        return news
                && (decisions.isEmpty()
                        || decisions.contains(decision.getDecision().name()));
    }

    @Override
    public void close() {
        decoder.close();
    }

    /**
     * The spans of time from which no decision was read in this run although an hour or more passed, so that compaction
     * may have removed some. Keeps at most 64 spans of a partition and joins the oldest.
     */
    private static final class UnreadSpans {

        private static final int MOST_SPANS = 64;
        private static final Duration KEPT_WHOLE =
                Topics.DECISIONS.cleanup().keptWhole().orElseThrow();

        private final Clock clock;
        private final Map<Integer, Reached> reached = new HashMap<>();

        UnreadSpans(Clock clock) {
            this.clock = clock;
        }

        /** An event was read; one that was read before, or is sent again, changes nothing. */
        void read(Event event) {
            Reached before = reached.get(event.partition());
            if (before != null && before.offset >= event.offset()) {
                return;
            }
            Deque<Span> spans = before == null ? new ArrayDeque<>() : before.spans;
            Instant from = before == null ? Instant.MIN : before.at;
            Instant compacted = clock.instant().minus(KEPT_WHOLE);
            Instant until = event.at().isBefore(compacted) ? event.at() : compacted;
            boolean behind = before != null || event.at().equals(until);
            if (behind && from.isBefore(until)) {
                spans.addLast(new Span(from, until));
            }
            if (spans.size() > MOST_SPANS) {
                spans.addFirst(new Span(spans.removeFirst().from, spans.removeFirst().until));
            }
            reached.put(event.partition(), new Reached(event.offset(), event.at(), spans));
        }

        /** Whether a decision of that time may have gone before it was read. */
        boolean mayHold(int partition, Instant at) {
            Reached here = reached.get(partition);
            return here != null
                    && here.spans.stream().anyMatch(span -> span.from.isBefore(at) && !span.until.isBefore(at));
        }

        private record Reached(long offset, Instant at, Deque<Span> spans) {}

        /** After the first instant, up to the second. */
        private record Span(Instant from, Instant until) {}
    }
}
