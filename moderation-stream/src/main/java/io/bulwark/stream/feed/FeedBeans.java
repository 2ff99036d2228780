package io.bulwark.stream.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
            MeterRegistry meters,
            Vertx vertx) {
        var sinks = new FeedSinks(feed, json);
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
}
