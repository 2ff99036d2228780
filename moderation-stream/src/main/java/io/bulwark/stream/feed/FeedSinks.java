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
import java.time.Instant;
import java.util.Map;

/** From the tails into the feed: records become documents, and these JSON, once for all who watch. */
final class FeedSinks {

    private final VerdictFeed feed;
    private final ObjectMapper json;

    FeedSinks(VerdictFeed feed, ObjectMapper json) {
        this.feed = feed;
        this.json = json;
    }

    FeedTail.Sink<Verdict> verdicts() {
        return new FeedTail.Sink<>() {
            @Override
            public void startAt(Map<Integer, Long> next) {
                feed.startAt(FeedTopic.VERDICTS, next);
            }

            @Override
            public void show(Verdict verdict, RecordCoordinates at) {
                VerdictDocument document = VerdictDocument.of(verdict, at);
                feed.publish(document, write(document));
            }

            /** The key names no tenant. */
            @Override
            public void forget(String key, Instant at) {
                feed.forgetVerdicts(key);
            }
        };
    }

    FeedTail.Sink<AttackAudit> audits() {
        return new FeedTail.Sink<>() {
            @Override
            public void startAt(Map<Integer, Long> next) {
                feed.startAt(FeedTopic.AUDITS, next);
            }

            @Override
            public void show(AttackAudit audit, RecordCoordinates at) {
                if (!SampledAudits.isSuspicion(audit)) {
                    return; // nobody attacked
                }
                AuditDocument document = AuditDocument.of(audit);
                feed.publish(document, write(document), at.getPartition(), at.getOffset());
            }

            /** Audits have no tombstones; they go with their image's decision. */
            @Override
            public void forget(String key, Instant at) {}
        };
    }

    FeedTail.Sink<ModerationDecision> decisions() {
        return new FeedTail.Sink<>() {
            @Override
            public void startAt(Map<Integer, Long> next) {
                feed.startAt(FeedTopic.DECISIONS, next);
            }

            @Override
            public void show(ModerationDecision decision, RecordCoordinates at) {
                DecisionDocument document = DecisionDocument.of(decision);
                feed.publish(document, write(document), at.getPartition(), at.getOffset());
            }

            @Override
            public void forget(String key, Instant at) {
                TenantKey.parse(key).ifPresent(image -> feed.forget(image, at));
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
