package io.bulwark.service.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.FlaggedContent;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TenantKey;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.service.follow.FlaggedTopic.FlaggedSnapshot;
import io.bulwark.service.lifecycle.Readiness;
import io.bulwark.service.telemetry.WorkerMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class FlaggedTopicTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @AutoClose
    private final SnapshotHolder<FlaggedSnapshot> shelf = FlaggedTopic.holder();

    private final FlaggedTopic followed = followed(new EventDecoder<>(FlaggedContent.class));
    private long offset;

    @Test
    void nothing_may_be_decided_before_the_topic_was_read_once() {
        assertThat(shelf.status()).isInstanceOf(Readiness.Reading.class);
        assertThat(shelf.borrow()).isEmpty();
        followed.begin();
        followed.apply(entry("e"));
        followed.publish();

        assertThat(shelf.status()).isInstanceOf(Readiness.Usable.class);
        assertThat(size()).isEqualTo(1);
        assertThat(offsets()).containsExactly(Map.entry("0", 0L));
    }

    @Test
    void a_topic_that_is_missing_is_an_empty_one_and_one_that_goes_leaves_what_was_read() {
        followed.missing();
        assertThat(shelf.status()).isInstanceOf(Readiness.Usable.class);
        assertThat(size()).isZero();

        followed.begin();
        followed.apply(entry("e"));
        followed.publish();
        followed.missing();
        followed.unreadable("no broker");
        assertThat(shelf.status()).isInstanceOf(Readiness.Usable.class);
        assertThat(size()).isEqualTo(1);
    }

    @Test
    void a_tombstone_removes_an_entry() {
        followed.begin();
        followed.apply(entry("e"));
        followed.publish();
        followed.apply(record("acme/e", null));
        assertThat(followed.isStale()).isTrue();
        followed.publish();

        assertThat(size()).isZero();
        assertThat(offsets()).containsExactly(Map.entry("0", 1L));
    }

    @Test
    void entries_of_other_encoders_are_left_out_and_bad_records_counted() {
        followed.begin();
        followed.apply(record(content("other").setModelFingerprint("model-2")));
        followed.apply(record(content("wide").setRadius(0.2)));
        followed.apply(record(content("none").setEmbedding(ByteBuffer.wrap(new byte[] {0, 0, 0, 0}))));
        followed.apply(record(
                content("longer").setEmbedding(ByteBuffer.wrap(HalfFloats.encode(new float[] {1, 0, 0})))));
        followed.apply(record("acme/another", bytes(content("key").build())));
        followed.apply(record("acme/rubbish", new byte[] {1, 2, 3}));
        followed.apply(record("no key of a tenant", null));
        followed.publish();

        assertThat(size()).isZero();
        assertThat(meters.counter("bulwark.flagged.bad.records").count()).isEqualTo(6);
    }

    @Test
    void what_would_take_the_place_of_an_entry_and_cannot_be_used_leaves_it() {
        followed.begin();
        followed.apply(entry("e"));
        followed.apply(record("acme/e", new byte[] {1, 2, 3}));
        followed.apply(record("acme/e", bytes(content("another").build())));
        followed.apply(record(content("e").setRadius(7)));
        followed.apply(record(content("e").setEmbedding(ByteBuffer.wrap(HalfFloats.encode(new float[] {1, 0, 0})))));
        followed.publish();
        assertThat(size()).isEqualTo(1);
        assertThat(meters.counter("bulwark.flagged.bad.records").count()).isEqualTo(4);

        followed.apply(record(content("e").setModelFingerprint("model-2")));
        followed.publish();
        assertThat(size()).as("of another encoder").isZero();
    }

    /** While the registry is away the follower asks for the record again, and publishes what else is new. */
    @Test
    void an_entry_stays_while_the_schema_of_its_replacement_cannot_be_had() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed.close();
            FlaggedTopic behindRegistry = followed(new EventDecoder<>(
                    FlaggedContent.class,
                    Map.of(
                            SerdeSettings.REGISTRY_URL,
                            "http://127.0.0.1:" + closed.getLocalPort() + "/apis/registry/v3")));
            behindRegistry.begin();
            behindRegistry.apply(entry("e"));
            behindRegistry.publish();
            byte[] unknown = {0, 0, 0, 0, 77, 1, 2, 3};

            assertThatThrownBy(() -> behindRegistry.apply(record("acme/e", unknown)))
                    .isInstanceOf(KafkaException.class);
            assertThat(behindRegistry.isStale()).as("nothing has changed").isFalse();
            behindRegistry.publish();
            assertThat(size()).isEqualTo(1);
            assertThat(offsets()).containsExactly(Map.entry("0", 0L));
        }
    }

    @Test
    void the_time_from_decision_to_use_is_measured_of_what_comes_while_it_runs() {
        followed.begin();
        followed.apply(entry("old"));
        followed.publish();
        followed.apply(record(content("new").setNewest(NOW.minusSeconds(3))));
        followed.publish();

        assertThat(meters.timer("bulwark.flagged.visible").count()).isEqualTo(1);
        assertThat(meters.timer("bulwark.flagged.visible").totalTime(TimeUnit.SECONDS))
                .isEqualTo(3);
        assertThat(meters.get("bulwark.flagged.entries").gauge().value()).isEqualTo(2);
    }

    /** moderation-stream publishes all that it holds whenever it starts. */
    @Test
    void what_is_published_anew_is_no_measure_of_that_time() {
        followed.begin();
        followed.apply(entry("e"));
        followed.publish();
        followed.apply(entry("e"));
        followed.publish();
        followed.begin();
        followed.apply(entry("e"));
        followed.publish();

        assertThat(meters.timer("bulwark.flagged.visible").count()).isZero();
        followed.apply(record(content("e").setNewest(NOW.minusSeconds(3))));
        followed.publish();
        assertThat(meters.timer("bulwark.flagged.visible").count()).isEqualTo(1);
    }

    @Test
    void a_topic_that_goes_is_said_and_measured_until_it_is_there_again() {
        followed.begin();
        followed.apply(entry("e"));
        followed.publish();
        followed.missing();
        assertThat(shelf.status().message()).contains("moderation.flagged is missing");
        assertThat(meters.get("bulwark.flagged.topic.missing").gauge().value()).isEqualTo(1);

        followed.begin();
        followed.publish();
        assertThat(shelf.status().message()).doesNotContain("missing");
        assertThat(meters.get("bulwark.flagged.topic.missing").gauge().value()).isZero();
    }

    /** A change of one tenant costs what that tenant has. */
    @Test
    void the_entries_of_a_tenant_that_does_not_change_stay() {
        followed.begin();
        followed.apply(entry("e"));
        followed.publish();
        followed.apply(record(content("other").setTenant("kids")));
        followed.publish();
        assertThat(size()).isEqualTo(2);
        followed.apply(record("kids/other", null));
        followed.publish();

        assertThat(size()).isEqualTo(1);
    }

    private FlaggedTopic followed(EventDecoder<FlaggedContent> decoder) {
        return new FlaggedTopic(
                "moderation.flagged",
                decoder,
                "model-1",
                2,
                shelf,
                Clock.fixed(NOW, ZoneOffset.UTC),
                new WorkerMetrics(meters));
    }

    private int size() {
        try (var loan = shelf.borrow().orElseThrow()) {
            return loan.value().index().size();
        }
    }

    private Map<String, Long> offsets() {
        try (var loan = shelf.borrow().orElseThrow()) {
            return loan.value().offsets();
        }
    }

    private ConsumerRecord<byte[], byte[]> entry(String id) {
        return record(content(id));
    }

    private static FlaggedContent.Builder content(String id) {
        return FlaggedContent.newBuilder()
                .setTenant("acme")
                .setEntryId(id)
                .setModelFingerprint("model-1")
                .setEmbedding(ByteBuffer.wrap(HalfFloats.encode(new float[] {0.6f, 0.8f})))
                .setRadius(0.02)
                .setContents(1)
                .setSince(NOW.minusSeconds(60));
    }

    private ConsumerRecord<byte[], byte[]> record(FlaggedContent.Builder content) {
        FlaggedContent value = content.build();
        return record(new TenantKey(value.getTenant(), value.getEntryId()).toString(), bytes(value));
    }

    private static byte[] bytes(FlaggedContent content) {
        EventSerializer<FlaggedContent> serializer = new EventSerializer<>(FlaggedContent.class);
        serializer.configure(Map.of(SerdeSettings.WRITE, BundledSchemas.RELEASES), false);
        return serializer.serialize(Topics.FLAGGED.topicName(), content);
    }

    private ConsumerRecord<byte[], byte[]> record(String key, byte[] value) {
        return new ConsumerRecord<>(
                Topics.FLAGGED.topicName(), 0, offset++, key.getBytes(StandardCharsets.UTF_8), value);
    }
}
