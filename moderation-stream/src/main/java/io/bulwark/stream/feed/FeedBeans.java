package io.bulwark.stream.feed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.RecordCoordinates;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.topic.SampledAudits;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.document.AuditDocument;
import io.bulwark.stream.document.DecisionDocument;
import io.bulwark.stream.document.VerdictDocument;
import io.bulwark.stream.feed.FeedCursor.FeedTopic;
import io.bulwark.stream.state.Restriction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/** Makes the feed and its tails, and starts and stops the tails with the application. */
@Singleton
class FeedBeans {

    private final List<FeedTail<?>> tails = new ArrayList<>();
    private volatile long heart;

    @Produces
    @Singleton
    VerdictFeed feed(StreamConfig config, MeterRegistry meters) {
        Counter cut = Counter.builder("bulwark.stream.feed.cut")
                .description("Feed clients cut off because they did not keep up")
                .register(meters);
        StreamConfig.Feed settings = config.stream().feed();
        var feed = new VerdictFeed(settings.history(), settings.clientBuffer(), settings.maxClients(), cut::increment);
        Gauge.builder("bulwark.stream.feed.clients", feed, VerdictFeed::watching)
                .description("Clients that watch the feed")
                .register(meters);
        return feed;
    }

    void start(
            @Observes StartupEvent event,
            StreamConfig config,
            ObjectMapper json,
            VerdictFeed feed,
            SchemaFollower schemas,
            Restriction restriction,
            MeterRegistry meters,
            Vertx vertx) {
        var sinks = new FeedSinks(feed, json, restriction);
        tails.add(tail(config, schemas, Topics.VERDICTS, Verdict.class, sinks.verdicts()));
        tails.add(tail(config, schemas, Topics.ATTACK_AUDIT, AttackAudit.class, sinks.audits()));
        tails.add(tail(config, schemas, Topics.DECISIONS, ModerationDecision.class, sinks.decisions()));
        tails.forEach(tail -> {
            Gauge.builder("bulwark.stream.feed.lag", tail, FeedTail::lag)
                    .description("Records of one partition that the feed has yet to read")
                    .tag("topic", tail.topic())
                    .register(meters);
            tail.start();
        });
        heart = vertx.setPeriodic(config.stream().feed().heartbeat().toMillis(), beat -> feed.beat());
    }

    void stop(@Observes ShutdownEvent event, Vertx vertx) {
        vertx.cancelTimer(heart);
        tails.forEach(FeedTail::close);
    }

    private static <T extends SpecificRecord> FeedTail<T> tail(
            StreamConfig config, SchemaFollower schemas, Topics topic, Class<T> type, FeedTail.Sink<T> sink) {
        return new FeedTail<>(
                StreamSettings.topics(config).of(topic),
                StreamSettings.consumers(config, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")),
                StreamSettings.decoder(config, schemas, type),
                sink,
                config.stream().feed().history());
    }

    /** Puts what the tails read into the feed: as documents, and these as JSON, once for all clients. */
    record FeedSinks(VerdictFeed feed, ObjectMapper json, Restriction restriction) {

        /** The key of a tombstone names no tenant. A restricted verdict is not shown, and takes earlier ones away. */
        FeedTail.Sink<Verdict> verdicts() {
            return sink(
                    FeedTopic.VERDICTS,
                    (verdict, at) -> {
                        if (restriction.covers(verdict)) {
                            feed.forgetVerdicts(verdict.getImageId());
                            return null;
                        }
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
                        if (restriction.covers(audit.getTenant(), audit.getContentSha256())) {
                            return null;
                        }
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
}
