package io.bulwark.stream.outbound;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.access.AccessNames;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.OutboundConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes a loop for each neighbour, and ties their life to the application's. */
@Singleton
class OutboundBeans {

    private static final String OSPREY = "osprey";
    private static final int TRANSACTION_MILLIS = 15_000;
    private static final int MOST_RECORDS = 100;
    private static final int FETCH_BYTES = 2 << 20;

    @Produces
    @Singleton
    OutboundLoops loops(StreamConfig config, SchemaFollower schemas, ObjectMapper json, MeterRegistry registry) {
        List<OutboundLoop> loops = new ArrayList<>();
        config.outbound().webhooks().forEach((name, webhook) -> {
            var receiver = new Webhook(
                    webhook.url(),
                    webhook.secretFiles().stream().map(WebhookSecret::read).toList(),
                    new DecisionEvents(
                            webhook.tenants().orElse(Set.of()),
                            webhook.decisions().orElse(Set.of()),
                            webhook.changesOnly(),
                            decisions(config, schemas)),
                    webhook.timeout(),
                    json);
            var neighbour = new Neighbour(
                    "webhooks." + name, receiver, webhook.atOnce(), webhook.attempts(), webhook.timeout());
            loops.add(loop(config, neighbour, webhook.from(), registry));
        });
        osprey(config, schemas, json, registry).ifPresent(loops::add);
        coop(config, schemas, json, registry).ifPresent(loops::add);
        return new OutboundLoops(loops);
    }

    private static Optional<OutboundLoop> osprey(
            StreamConfig config, SchemaFollower schemas, ObjectMapper json, MeterRegistry registry) {
        OutboundConfig.Osprey osprey = config.outbound().osprey();
        Map<String, Object> consumer = consumer(config, OSPREY, osprey.from());
        return osprey.topic()
                .map(topic -> new OspreyLoop(
                        new Osprey(
                                new DecisionEvents(
                                        osprey.tenants().orElse(Set.of()),
                                        osprey.decisions().orElse(Set.of()),
                                        osprey.changesOnly(),
                                        decisions(config, schemas)),
                                json),
                        StreamSettings.topics(config).of(Topics.DECISIONS),
                        topic,
                        () -> new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                        () -> new KafkaProducer<>(
                                transactional(config), new ByteArraySerializer(), new ByteArraySerializer()),
                        new MeteredTally(registry, OSPREY, Clock.systemUTC())));
    }

    /** Each producer has an id of its own; what fences an old one off is its generation in the consumers' group. */
    private static Map<String, Object> transactional(StreamConfig config) {
        Map<String, Object> properties = StreamSettings.kafkaClient(config);
        properties.put(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                AccessNames.outboundGroups(StreamSettings.applicationId(config)) + OSPREY + "-" + UUID.randomUUID());
        properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MILLIS);
        return properties;
    }

    private static Optional<OutboundLoop> coop(
            StreamConfig config, SchemaFollower schemas, ObjectMapper json, MeterRegistry registry) {
        OutboundConfig.Coop coop = config.outbound().coop();
        return coop.url().map(url -> {
            var place = new Coop.Place(
                    url,
                    CoopApiKey.read(coop.apiKeyFile().orElseThrow()),
                    coop.itemType().orElseThrow(),
                    coop.userType(),
                    coop.imageUrl(),
                    coop.timeout());
            var events = new DecisionEvents(
                    coop.tenants().orElse(Set.of()), coop.decisions(), false, decisions(config, schemas));
            var reports = new EventDecoder<>(ImageReport.class, schemas.addTo(StreamSettings.serdes(config)));
            var neighbour = new Neighbour(
                    "coop", new Coop(place, events, reports, json), coop.atOnce(), coop.attempts(), coop.timeout());
            return loop(config, neighbour, coop.from(), registry);
        });
    }

    private static EventDecoder<ModerationDecision> decisions(StreamConfig config, SchemaFollower schemas) {
        return new EventDecoder<>(ModerationDecision.class, schemas.addTo(StreamSettings.serdes(config)));
    }

    private static DeliveryLoop loop(StreamConfig config, Neighbour neighbour, String from, MeterRegistry registry) {
        Map<String, Object> consumer = consumer(config, neighbour.name(), from);
        Map<String, Object> producer = StreamSettings.kafkaClient(config);
        producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.UNDELIVERED.maxRecordBytes());
        return new DeliveryLoop(
                neighbour,
                StreamSettings.topics(config),
                () -> new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                new HttpPost(neighbour.timeout(), Clock.systemUTC()),
                new SetAside(
                        StreamSettings.topics(config).of(Topics.UNDELIVERED),
                        neighbour.name(),
                        () -> new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer())),
                new MeteredTally(registry, neighbour.name(), Clock.systemUTC()),
                new Patience(new SecureRandom()));
    }

    private static Map<String, Object> consumer(StreamConfig config, String neighbour, String from) {
        Map<String, Object> properties = StreamSettings.kafkaClient(config);
        properties.put(
                ConsumerConfig.GROUP_ID_CONFIG,
                AccessNames.outboundGroups(StreamSettings.applicationId(config)) + neighbour);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, from);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_RECORDS);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        return properties;
    }

    void start(@Observes StartupEvent event, OutboundLoops loops) {
        loops.all().forEach(OutboundLoop::start);
    }

    void stop(@Observes ShutdownEvent event, OutboundLoops loops) {
        loops.all().forEach(OutboundLoop::stop);
        loops.all().forEach(OutboundLoop::close);
    }

    /** The ways to all neighbours. */
    record OutboundLoops(List<OutboundLoop> all) {}
}
