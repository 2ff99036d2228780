package io.bulwark.stream.feed;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.AttackAudit;
import io.bulwark.events.ModerationDecision;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.serde.EventDecoder;
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
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Makes the feed and its tails, and ties the tails' life to the application's. */
@Singleton
class FeedBeans {

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

    @Produces
    @Singleton
    FeedTails tails(
            StreamConfig config, ObjectMapper json, VerdictFeed feed, SchemaFollower schemas, MeterRegistry meters) {
        var sinks = new FeedSinks(feed, json);
        var tails = new FeedTails(List.of(
                tail(config, schemas, Topics.VERDICTS, Verdict.class, sinks.verdicts()),
                tail(config, schemas, Topics.ATTACK_AUDIT, AttackAudit.class, sinks.audits()),
                tail(config, schemas, Topics.DECISIONS, ModerationDecision.class, sinks.decisions())));
        tails.all()
                .forEach(tail -> Gauge.builder("bulwark.stream.feed.lag", tail, FeedTail::lag)
                        .description("Records of one partition that the feed has yet to read")
                        .tag("topic", tail.topic())
                        .register(meters));
        return tails;
    }

    private static <T extends SpecificRecord> FeedTail<T> tail(
            StreamConfig config, SchemaFollower schemas, Topics topic, Class<T> type, FeedTail.Sink<T> sink) {
        return new FeedTail<>(
                StreamSettings.topics(config).of(topic),
                () -> new KafkaConsumer<>(
                        consumerProperties(config), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                new EventDecoder<>(type, schemas.addTo(StreamSettings.serdes(config))),
                sink,
                config.stream().feed().history());
    }

    void start(@Observes StartupEvent event, FeedTails tails, VerdictFeed feed, Vertx vertx, StreamConfig config) {
        tails.all().forEach(FeedTail::start);
        long every = config.stream().feed().heartbeat().toMillis();
        heart = vertx.setPeriodic(every, beat -> feed.beat());
    }

    void stop(@Observes ShutdownEvent event, FeedTails tails, Vertx vertx) {
        vertx.cancelTimer(heart);
        tails.all().forEach(FeedTail::close);
    }

    private static Map<String, Object> consumerProperties(StreamConfig config) {
        Map<String, Object> properties = StreamSettings.kafkaClient(config);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return properties;
    }

    /** The tails of all topics that the feed shows. */
    record FeedTails(List<FeedTail<?>> all) {}
}
