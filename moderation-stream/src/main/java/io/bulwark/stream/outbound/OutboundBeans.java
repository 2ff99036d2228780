package io.bulwark.stream.outbound;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.ImageReport;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.OutboundConfig;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.outbound.DeliveryMeters.ReceiverHealth;
import io.bulwark.stream.outbound.DeliveryRounds.DeliveryLoop;
import io.bulwark.stream.outbound.Receiver.UndeliveredTopic;
import io.bulwark.stream.outbound.Webhook.WebhookSecret;
import io.bulwark.stream.runtime.ConsumerLoop;
import io.bulwark.stream.state.Restriction;
import io.bulwark.stream.trace.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Makes a loop for each receiver, and starts and stops them with the application. */
@Singleton
class OutboundBeans {

    private static final String OSPREY = "osprey";
    private static final int TRANSACTION_MILLIS = 15_000;
    private static final int MOST_RECORDS = 100;
    private static final int FETCH_BYTES = 2 << 20;

    private final StreamConfig config;
    private final SchemaFollower schemas;
    private final Restriction restriction;
    private final ObjectMapper json;
    private final MeterRegistry registry;
    private final Tracing tracing;
    private final List<ConsumerLoop> loops = new ArrayList<>();

    OutboundBeans(
            StreamConfig config,
            SchemaFollower schemas,
            Restriction restriction,
            ObjectMapper json,
            MeterRegistry registry,
            Tracing tracing) {
        this.restriction = restriction;
        this.config = config;
        this.schemas = schemas;
        this.json = json;
        this.registry = registry;
        this.tracing = tracing;
    }

    void start(@Observes StartupEvent event) {
        OutboundConfig outbound = config.outbound();
        outbound.webhooks().forEach((name, webhook) -> {
            var receiver = new Webhook(
                    webhook.url(),
                    webhook.secretFiles().stream().map(WebhookSecret::read).toList(),
                    decisions(webhook.tenants(), webhook.decisions(), webhook.changesOnly()),
                    webhook.timeout(),
                    json);
            loops.add(loop(
                    new Receiver.Destination(
                            "webhooks." + name, receiver, webhook.atOnce(), webhook.attempts(), webhook.timeout()),
                    webhook.from()));
        });
        outbound.osprey().topic().ifPresent(topic -> loops.add(osprey(outbound.osprey(), topic)));
        outbound.coop().url().ifPresent(url -> loops.add(coop(outbound.coop(), url)));
        loops.forEach(ConsumerLoop::start);
    }

    void stop(@Observes ShutdownEvent event) {
        loops.forEach(ConsumerLoop::stop);
        loops.forEach(ConsumerLoop::close);
    }

    private Osprey osprey(OutboundConfig.Osprey osprey, String topic) {
        return new Osprey(
                decisions(osprey.tenants(), osprey.decisions(), osprey.changesOnly()),
                json,
                StreamSettings.topics(config).of(Topics.DECISIONS),
                topic,
                consumers(OSPREY, osprey.from()),
                () -> StreamSettings.producer(
                        config,
                        Map.of(
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                group(OSPREY) + "-" + UUID.randomUUID(),
                                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                                TRANSACTION_MILLIS)),
                new DeliveryMeters(registry, OSPREY, Clock.systemUTC()));
    }

    private DeliveryLoop coop(OutboundConfig.Coop coop, URI url) {
        var place = new Coop.Place(
                url,
                Coop.ApiKey.read(coop.apiKeyFile().orElseThrow()),
                coop.itemType().orElseThrow(),
                coop.userType(),
                coop.imageUrl(),
                coop.timeout());
        var receiver = new Coop(
                place,
                decisions(coop.tenants(), Optional.of(coop.decisions()), false),
                StreamSettings.decoder(config, schemas, ImageReport.class),
                restriction,
                json);
        return loop(
                new Receiver.Destination("coop", receiver, coop.atOnce(), coop.attempts(), coop.timeout()),
                coop.from());
    }

    private DecisionEvents decisions(
            Optional<Set<String>> tenants, Optional<Set<String>> decisions, boolean changesOnly) {
        return new DecisionEvents(
                tenants.orElse(Set.of()),
                decisions.orElse(Set.of()),
                changesOnly,
                StreamSettings.decoder(config, schemas, ModerationDecision.class),
                Clock.systemUTC());
    }

    private DeliveryLoop loop(Receiver.Destination destination, String from) {
        return new DeliveryLoop(
                destination,
                StreamSettings.topics(config),
                consumers(destination.name(), from),
                new HttpPost(destination.timeout(), Clock.systemUTC()),
                new UndeliveredTopic(
                        StreamSettings.topics(config).of(Topics.UNDELIVERED),
                        destination.name(),
                        () -> StreamSettings.producer(
                                config,
                                Map.of(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.UNDELIVERED.maxRecordBytes()))),
                new DeliveryMeters(registry, destination.name(), Clock.systemUTC()),
                tracing,
                new ReceiverHealth.Backoff(new SecureRandom()));
    }

    private Supplier<Consumer<byte[], byte[]>> consumers(String receiver, String from) {
        return StreamSettings.consumers(
                config,
                Map.of(
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group(receiver),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        from,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        MOST_RECORDS,
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        FETCH_BYTES));
    }

    /** Transactional ids begin with it as well: an old producer is fenced by its generation in the consumers' group. */
    private String group(String receiver) {
        return AccessNames.outboundGroups(StreamSettings.applicationId(config)) + receiver;
    }
}
