package io.bulwark.schemas.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.Review;
import io.bulwark.events.Verdict;
import io.bulwark.schemas.follow.SchemaText.Rejection;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.SchemaKey;
import io.bulwark.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.DisconnectException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** With Kafka's own stand-in for a consumer; {@code FollowedSchemasIT} has the real one. */
class SchemaFollowerTest {
    private final MemorySchemaTopic topic = new MemorySchemaTopic();

    @Test
    void itStartsAgainAfterTroubleAndKeepsWhatItKnows() throws Exception {
        try (var follower = new SchemaFollower(topic, Duration.ofSeconds(30))) {
            follower.start();
            var first = topic.polled().poll(10, TimeUnit.SECONDS);
            first.addRecord(record(0, Review.getClassSchema()));
            await(() -> knows(follower, Review.getClassSchema()));

            first.setPollException(new DisconnectException("gone"));
            var second = topic.polled().poll(10, TimeUnit.SECONDS);
            assertThat(first.closed()).isTrue();
            second.addRecord(record(0, Review.getClassSchema()));
            second.addRecord(record(1, Verdict.getClassSchema()));
            await(() -> knows(follower, Verdict.getClassSchema()));
            assertThat(knows(follower, Review.getClassSchema())).isTrue();
        }
    }

    @Test
    void aBadRecordStopsNothing() {
        topic.append(null, null);
        topic.append(new byte[] {1}, new byte[] {1});
        topic.append(utf8(SchemaKey.of(Review.getClassSchema())), utf8(Review.getClassSchema()));
        try (var follower = new SchemaFollower(topic, Duration.ofSeconds(30))) {
            follower.start();
            await(() -> knows(follower, Review.getClassSchema()));
            assertThat(follower.rejected()).isEqualTo(Map.of(Rejection.NO_FINGERPRINT, 2L));
        }
    }

    @Test
    void closingEndsTheThreadAndTheConsumer() throws Exception {
        var follower = new SchemaFollower(topic, Duration.ofSeconds(30));
        follower.start();
        var consumer = topic.polled().poll(10, TimeUnit.SECONDS);
        await(follower::hasCaughtUp);
        follower.close();

        await(consumer::closed);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("bulwark-schemas");
    }

    @Test
    void itsSchemasAreAddedToTheSettingsOfReaders() {
        var follower = new SchemaFollower(topic, SchemaFollower.DEFAULT_WAIT);

        assertThat(follower.addTo(Map.of(SerdeSettings.WRITE, "1")))
                .isEqualTo(Map.of(SerdeSettings.WRITE, "1", SerdeSettings.FOLLOWED, follower.schemas()));
    }

    @Test
    void aWaitWithoutSenseIsRefused() {
        for (Duration wait : List.of(Duration.ofMillis(-1), Duration.ofSeconds(121))) {
            assertThatThrownBy(() -> new SchemaFollower(topic, wait))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wait.toString())
                    .hasMessageContaining("PT0S to PT2M");
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, Schema schema) {
        return new ConsumerRecord<>(Topics.SCHEMAS.topicName(), 0, offset, utf8(SchemaKey.of(schema)), utf8(schema));
    }

    private static byte[] utf8(Object text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean knows(SchemaFollower follower, Schema schema) {
        return follower.schemas().findByFingerprint(SchemaKey.of(schema).fingerprint()) != null;
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(condition);
    }
}
