package io.bulwark.stream.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.feed.FeedCursor.FeedTopic;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/** Puts what the tails read into the feed: as documents, and these as JSON, once for all clients. */
final class FeedSinks {

    private final VerdictFeed feed;
    private final ObjectMapper json;

    FeedSinks(VerdictFeed feed, ObjectMapper json) {
        this.feed = feed;
        this.json = json;
    }

    /** The key of a tombstone names no tenant. */
    FeedTail.Sink<Verdict> verdicts() {
        return sink(
                FeedTopic.VERDICTS,
                (verdict, at) -> {
                    VerdictDocument document = VerdictDocument.of(verdict, at);
                    return FeedEvent.Item.of(document, write(document));
                },
                (key, at) -> feed.forgetVerdicts(key));
    }

    /** Shows suspected attacks alone. Audits have no tombstones; they go with their image's decision. */
    FeedTail.Sink<AttackAudit> audits() {
        return sink(
                FeedTopic.AUDITS,
                (audit, at) -> {
                    AuditDocument document = AuditDocument.of(audit);
                    return SampledAudits.isSuspicion(audit) ? FeedEvent.Item.of(document, write(document)) : null;
                },
                (key, at) -> {});
    }

    FeedTail.Sink<ModerationDecision> decisions() {
        return sink(
                FeedTopic.DECISIONS,
                (decision, at) -> {
                    DecisionDocument document = DecisionDocument.of(decision);
                    return FeedEvent.Item.of(document, write(document));
                },
                (key, at) -> TenantKey.parse(key).ifPresent(image -> feed.forget(image, at)));
    }

    /** @param item null for a record that is not shown */
    private <T> FeedTail.Sink<T> sink(
            FeedTopic topic,
            BiFunction<T, RecordCoordinates, FeedEvent.Item> item,
            BiConsumer<String, Instant> forget) {
        return new FeedTail.Sink<>() {
            @Override
            public void startAt(Map<Integer, Long> next) {
                feed.startAt(topic, next);
            }

            @Override
            public void show(T record, RecordCoordinates at) {
                FeedEvent.Item shown = item.apply(record, at);
                if (shown != null) {
                    feed.publish(shown, at.getPartition(), at.getOffset());
                }
            }

            @Override
            public void forget(String key, Instant at) {
                forget.accept(key, at);
            }
        };
    }

    private String write(Object document) {
        try {
            return json.writeValueAsString(document);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A document of plain records has no JSON", impossible);
        }
    }
}
