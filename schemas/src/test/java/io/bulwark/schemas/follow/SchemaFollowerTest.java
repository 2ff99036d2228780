package io.bulwark.schemas.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.SchemaKey;
import io.bulwark.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.DisconnectException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** With Kafka's own stand-in for a consumer; {@code FollowedSchemasIT} has the real one. */
class SchemaFollowerTest {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.SCHEMAS.topicName(), 0);

    private final BlockingQueue<MockConsumer<byte[], byte[]>> opened = new LinkedBlockingQueue<>();

    @Test
    void itBeginsAnewAfterTroubleAndKeepsWhatItKnows() throws Exception {
        try (var follower = new SchemaFollower(clients(), Duration.ofSeconds(30))) {
            follower.start();
            var first = opened.poll(10, TimeUnit.SECONDS);
            first.addRecord(record(0, Review.getClassSchema()));
            await(() -> knows(follower, Review.getClassSchema()));

            first.setPollException(new DisconnectException("gone"));
            var second = opened.poll(10, TimeUnit.SECONDS);
            assertThat(first.closed()).isTrue();
            second.addRecord(record(0, Review.getClassSchema()));
            second.addRecord(record(1, Verdict.getClassSchema()));
            await(() -> knows(follower, Verdict.getClassSchema()));
            assertThat(knows(follower, Review.getClassSchema())).isTrue();
        }
    }

    @Test
    void aBadRecordStopsNothing() throws Exception {
        try (var follower = new SchemaFollower(clients(), Duration.ofSeconds(30))) {
            follower.start();
            var consumer = opened.poll(10, TimeUnit.SECONDS);
            consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, 0, null, null));
            consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, 1, new byte[] {1}, new byte[] {1}));
            consumer.addRecord(record(2, Review.getClassSchema()));

            await(() -> knows(follower, Review.getClassSchema()));
            assertThat(follower.rejected()).isEqualTo(Map.of(Rejection.NO_FINGERPRINT, 2L));
        }
    }

    @Test
    void closingEndsTheThreadAndTheConsumer() throws Exception {
        var follower = new SchemaFollower(clients(), Duration.ofSeconds(30));
        follower.start();
        var consumer = opened.poll(10, TimeUnit.SECONDS);
        await(follower::hasCaughtUp);
        follower.close();

        await(consumer::closed);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("bulwark-schemas");
    }

    @Test
    void itsSchemasAreAddedToTheSettingsOfReaders() {
        var follower = new SchemaFollower(clients(), SchemaFollower.DEFAULT_WAIT);

        assertThat(follower.addTo(Map.of(SerdeSettings.WRITE, "1")))
                .isEqualTo(Map.of(SerdeSettings.WRITE, "1", SerdeSettings.FOLLOWED, follower.schemas()));
    }

    @Test
    void aWaitWithoutSenseIsRefused() {
        for (Duration wait : List.of(Duration.ofMillis(-1), Duration.ofSeconds(61))) {
            assertThatThrownBy(() -> new SchemaFollower(clients(), wait))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wait.toString())
                    .hasMessageContaining("PT0S to PT1M");
        }
    }

    private SchemaClients clients() {
        return new SchemaClients() {
            @Override
            public Consumer<byte[], byte[]> consumer() {
                var consumer = new MockConsumer<byte[], byte[]>("earliest");
                consumer.updatePartitions(
                        PARTITION.topic(),
                        List.of(new PartitionInfo(PARTITION.topic(), 0, Node.noNode(), new Node[0], new Node[0])));
                consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
                consumer.updateEndOffsets(Map.of(PARTITION, 0L));
                consumer.schedulePollTask(() -> opened.add(consumer));
                return consumer;
            }

            @Override
            public Producer<byte[], byte[]> producer() {
                throw new UnsupportedOperationException("A follower writes nothing.");
            }
        };
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, Schema schema) {
        return new ConsumerRecord<>(
                PARTITION.topic(),
                0,
                offset,
                SchemaKey.of(schema).toString().getBytes(StandardCharsets.UTF_8),
                schema.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean knows(SchemaFollower follower, Schema schema) {
        return follower.schemas().findByFingerprint(SchemaKey.of(schema).fingerprint()) != null;
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(condition);
    }
}
