package io.bulwark.stream.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.bulwark.events.Decider;
import io.bulwark.events.DeciderKind;
import io.bulwark.events.Decision;
import io.bulwark.events.ModerationDecision;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.stream.outbound.Receiver.Event;
import io.bulwark.stream.testing.Samples;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class OspreyTest {

    private static final String TOPIC = "moderation.decisions";
    private static final TopicPartition ZERO = new TopicPartition(TOPIC, 0);
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

    /** As {@code KafkaInputStream} of Osprey reads it: {@code send_time}, and {@code data} with a number, a name and data. */
    @Test
    void aDecisionIsAnActionThatOspreyReads() throws IOException {
        JsonNode sent =
                JSON.readTree(osprey().action(event("shop/img-1", decision())).orElseThrow());

        assertThat(sent.path("send_time").asText()).isEqualTo(Samples.NOON.toString());
        JsonNode action = sent.path("data");
        assertThat(action.path("action_id").isIntegralNumber()).isTrue();
        assertThat(action.path("action_id").asLong()).isNotNegative();
        assertThat(action.path("action_name").asText()).isEqualTo("image_verdict");
        assertThat(action.at("/data/eventId").asText()).isEqualTo("moderation.decisions-0-5");
        assertThat(action.at("/data/decision").asText()).isEqualTo("NSFW");
        assertThat(action.at("/data/uploaderId").asText()).isEqualTo("u1");
        assertThat(action.at("/data/decidedBy/kind").asText()).isEqualTo("WORKER");
    }

    @Test
    void aForgottenImageIsASeparateAction() throws IOException {
        JsonNode action = JSON.readTree(
                        osprey().action(event("shop/img-1", null)).orElseThrow())
                .path("data");
        assertThat(action.path("action_name").asText()).isEqualTo("image_forgotten");
        assertThat(action.at("/data/imageId").asText()).isEqualTo("img-1");
        assertThat(action.at("/data/tenant").asText()).isEqualTo("shop");
    }

    @Test
    void theNumberOfAnImageIsAlwaysTheSameAndFitsSixtyThreeBits() {
        assertThat(Osprey.actionId("shop/img-1")).isEqualTo(Osprey.actionId("shop/img-1"));
        assertThat(Stream.iterate(0, i -> i + 1).limit(1000).map(i -> Osprey.actionId("shop/img-" + i)))
                .doesNotHaveDuplicates()
                .allMatch(id -> id >= 0);
    }

    /** The first producer's commit fails: what it wrote does not count, and all of it is written again by the next. */
    @Test
    void whatWasNotCommittedIsWrittenAgainAndCountsOnce() {
        List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
        var counts = new OutboundRig.Counts(Clock.systemUTC());
        var loop = osprey(
                OspreyTest::consumer,
                () -> {
                    var producer = new MockProducer<>(
                            true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
                    if (producers.isEmpty()) {
                        producer.commitTransactionException = new KafkaException("fenced");
                    }
                    producers.add(producer);
                    return producer;
                },
                counts.meters);
        try (loop) {
            loop.start();
            await().until(() ->
                    producers.size() == 2 && producers.get(1).history().size() == 2);
        }
        assertThat(producers.get(0).history()).isEmpty();
        assertThat(producers.get(1).history())
                .allSatisfy(record -> assertThat(record.topic()).isEqualTo("osprey.actions_input"));
        assertThat(producers.get(1).consumerGroupOffsetsHistory())
                .singleElement()
                .satisfies(groups -> assertThat(
                                groups.values().iterator().next().get(ZERO).offset())
                        .isEqualTo(3));
        assertThat(counts.delivered()).isEqualTo(2);
        assertThat(counts.setAside()).isEqualTo(1);
    }

    private static MockConsumer<byte[], byte[]> consumer() {
        var consumer = new MockConsumer<byte[], byte[]>("earliest");
        consumer.updateBeginningOffsets(Map.of(ZERO, 0L));
        consumer.schedulePollTask(() -> {
            consumer.rebalance(Set.of(ZERO));
            consumer.addRecord(record(0, bytes(decision())));
            consumer.addRecord(record(1, new byte[] {9, 9}));
            consumer.addRecord(record(2, null));
        });
        return consumer;
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
        return new ConsumerRecord<>(TOPIC, 0, offset, "shop/img-1".getBytes(StandardCharsets.UTF_8), value);
    }

    private static Osprey osprey() {
        return osprey(
                () -> {
                    throw new AssertionError("not started");
                },
                () -> {
                    throw new AssertionError("not started");
                },
                new OutboundRig.Counts(Clock.systemUTC()).meters);
    }

    private static Osprey osprey(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Producer<byte[], byte[]>> producers,
            DeliveryMeters meters) {
        var decoder = new EventDecoder<>(ModerationDecision.class, Map.of());
        return new Osprey(
                new DecisionEvents(Set.of(), Set.of(), false, decoder, Clock.systemUTC()),
                JSON,
                "moderation.decisions",
                "osprey.actions_input",
                consumers,
                producers,
                meters);
    }

    private static Event event(String key, ModerationDecision decision) {
        return new Event(TOPIC, 0, 5, Samples.NOON, key, decision == null ? null : bytes(decision), Context.root());
    }

    private static byte[] bytes(ModerationDecision decision) {
        return new EventSerializer<>(ModerationDecision.class).serialize(TOPIC, decision);
    }

    private static ModerationDecision decision() {
        return ModerationDecision.newBuilder()
                .setTenant("shop")
                .setImageId("img-1")
                .setUploaderId("u1")
                .setDecision(Decision.NSFW)
                .setScore(0.9)
                .setDecidedBy(new Decider(DeciderKind.WORKER, "worker-1"))
                .setSince(Samples.NOON)
                .build();
    }
}
