package io.bulwark.stream.outbound;

import io.bulwark.events.ModerationDecision;
import io.bulwark.events.ReplacedDecision;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TenantKey;
import java.time.Clock;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/**
 * Which decisions somebody is told of.
 *
 * @param tenants empty for all
 * @param decisions by name, such as {@code NSFW}; empty for all
 * @param changesOnly leaves out what decides the same as what held before, unless they may not know that
 * @param decoder of {@code moderation.decisions}; one thread
 * @param unread what this run has not read of the topic
 */
record DecisionEvents(
        Set<String> tenants,
        Set<String> decisions,
        boolean changesOnly,
        EventDecoder<ModerationDecision> decoder,
        Unread unread) {

    /** Why a record is set aside whose key names no image. */
    static final String BAD_KEY = "BAD_KEY";

    DecisionEvents(
            Set<String> tenants, Set<String> decisions, boolean changesOnly, EventDecoder<ModerationDecision> decoder) {
        this(tenants, decisions, changesOnly, decoder, new Unread(Clock.systemUTC()));
    }

    /** What a record says. */
    sealed interface Said {

        /** Something holds. */
        record Decided(ModerationDecision decision) implements Said {}

        /** Everything about the image is forgotten. */
        record Forgotten(TenantKey image) implements Said {}

        /** Nothing that they want to know. */
        record Nothing() implements Said {}
    }

    /**
     * What an event of {@code moderation.decisions} says. A forgotten image passes every filter but the tenant's: nobody
     * knows any more what was told of it.
     *
     * @throws UnreadableEventException where it will never be readable
     * @throws KafkaException where it may be later
     */
    Said said(Event event) {
        unread.read(event);
        TenantKey image = TenantKey.parse(event.key())
                .orElseThrow(() -> new UnreadableEventException(BAD_KEY, "The key is not <tenant>/<imageId>."));
        if (!isOfTenant(image.tenant())) {
            return new Said.Nothing();
        }
        if (event.value() == null) {
            return new Said.Forgotten(image);
        }
        DecodedEvent<ModerationDecision> decoded = decoder.decodeWaiting(event.topic(), event.value());
        if (decoded instanceof DecodedEvent.Undecodable<ModerationDecision> undecodable) {
            if (undecodable.reason().retriable()) {
                throw new KafkaException(undecodable.detail());
            }
            throw new UnreadableEventException(undecodable.reason().name(), undecodable.detail());
        }
        ModerationDecision decision = ((DecodedEvent.Event<ModerationDecision>) decoded).value();
        return isWanted(event, decision) ? new Said.Decided(decision) : new Said.Nothing();
    }

    /** Whether they are told of this tenant. */
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
}
