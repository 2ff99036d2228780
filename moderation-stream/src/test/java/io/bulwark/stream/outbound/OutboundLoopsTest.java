package io.bulwark.stream.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.stream.outbound.DeliveryMeters.ReceiverHealth;
import io.bulwark.stream.outbound.DeliveryRounds.DeliveryLoop;
import io.bulwark.stream.outbound.Receiver.UndeliveredTopic;
import io.bulwark.stream.runtime.ConsumerLoop;
import io.bulwark.stream.trace.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** A loop that gets nowhere is seen in the metrics, however it fails. */
class OutboundLoopsTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final SettableClock clock = new SettableClock();
    private final DeliveryMeters meters = new DeliveryMeters(registry, "webhooks.shop", clock);

    @Test
    void aLoopOfWebhooksThatAlwaysFailsIsSeen() {
        assertIsSeen(webhooks(() -> {
            throw new KafkaException("no broker");
        }));
    }

    @Test
    void anErrorDoesNotEndALoopUnseen() {
        assertIsSeen(webhooks(() -> {
            throw new NoClassDefFoundError("one");
        }));
    }

    @Test
    void aLoopOfOspreyThatAlwaysFailsIsSeen() {
        var events = new DecisionEvents(
                Set.of(), Set.of(), false, new EventDecoder<>(ModerationDecision.class, Map.of()), clock);
        assertIsSeen(new Osprey(
                events,
                new ObjectMapper(),
                "moderation.decisions",
                "osprey.actions_input",
                () -> {
                    throw new StackOverflowError();
                },
                MockProducer::new,
                meters));
    }

    @Test
    void underAPrefixTopicsOfThatPrefixAreSubscribed() {
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        try (ConsumerLoop loop = webhooks(new TopicNames("acme."), () -> consumer)) {
            loop.start();
            await().until(() ->
                    consumer.subscription().equals(Set.of("acme.moderation.decisions", "acme.moderation.undelivered")));
        }
    }

    @Test
    void theOldestEventGrowsOlderBetweenReports() {
        meters.waiting(3, Optional.of(clock.instant()));
        clock.pass(Duration.ofMinutes(20));
        assertThat(gauge("oldest.seconds")).isEqualTo(1200);
        meters.waiting(0, Optional.empty());
        assertThat(gauge("oldest.seconds")).isZero();
        meters.round();
        assertThat(gauge("round.age.seconds")).isZero();
    }

    private ConsumerLoop webhooks(Supplier<Consumer<byte[], byte[]>> consumers) {
        return webhooks(TopicNames.UNPREFIXED, consumers);
    }

    private ConsumerLoop webhooks(TopicNames names, Supplier<Consumer<byte[], byte[]>> consumers) {
        return new DeliveryLoop(
                new Receiver.Destination("webhooks.shop", new OutboundRig.Told(), 4, 3, Duration.ofSeconds(1)),
                names,
                consumers,
                request -> {
                    throw new AssertionError("nothing is sent");
                },
                new UndeliveredTopic("moderation.undelivered", "webhooks.shop", MockProducer::new),
                meters,
                Tracing.OFF,
                new ReceiverHealth.Backoff(new Random(1)));
    }

    private void assertIsSeen(ConsumerLoop loop) {
        try (loop) {
            loop.start();
            await().until(() ->
                    registry.get("bulwark.stream.outbound.restarts").counter().count() >= 2);
            clock.pass(Duration.ofMinutes(10));
            assertThat(gauge("round.age.seconds")).isEqualTo(600);
        }
    }

    private double gauge(String name) {
        return registry.get("bulwark.stream.outbound." + name).gauge().value();
    }
}
