package io.bulwark.schemas.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.schemas.follow.SchemaText.Rejection;
import io.bulwark.schemas.topic.SchemaKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemaBookTest {
    private static final Schema SCHEMA = schema("A");
    private static final long FINGERPRINT = SchemaNormalization.parsingFingerprint64(SCHEMA);

    private final AtomicLong now = new AtomicLong();
    private final SchemaBook book = new SchemaBook("moderation.schemas", Duration.ofSeconds(30), now::get);

    @BeforeEach
    void theTopicWasReadToItsEnd() {
        book.caughtUp();
    }

    @Test
    void aSchemaIsKnownUnderItsFingerprint() {
        assertThat(book.findByFingerprint(FINGERPRINT)).isNull();
        assertThat(put(FINGERPRINT, SCHEMA.toString())).isEmpty();

        assertThat(book.findByFingerprint(FINGERPRINT)).isEqualTo(SCHEMA);
        assertThat(book.rejected()).isEmpty();
    }

    @Test
    void aSchemaUnderAnotherKeyIsNotTaken() {
        assertThat(put(FINGERPRINT + 1, SCHEMA.toString())).contains(Rejection.OTHER_FINGERPRINT);

        assertThat(book.findByFingerprint(FINGERPRINT)).isNull();
        assertThat(book.findByFingerprint(FINGERPRINT + 1)).isNull();
    }

    @Test
    void whatIsKnownIsNeverReplacedNorRemoved() {
        put(FINGERPRINT, SCHEMA.toString());
        Schema first = book.findByFingerprint(FINGERPRINT);
        put(FINGERPRINT, schema("B").toString());
        put(FINGERPRINT, "rubbish");
        assertThat(book.apply(key(FINGERPRINT), null)).isEmpty();

        assertThat(book.findByFingerprint(FINGERPRINT)).isSameAs(first);
    }

    @Test
    void badRecordsAreCountedAndTheFirstOfEachKindIsReported() {
        assertThat(book.apply(null, null)).contains(Rejection.NO_FINGERPRINT);
        assertThat(book.apply("x".getBytes(StandardCharsets.UTF_8), null)).isEmpty();
        assertThat(put(1, "rubbish")).contains(Rejection.NO_SCHEMA);
        assertThat(put(2, "rubbish")).isEmpty();
        assertThat(put(3, "[".repeat(1_000))).contains(Rejection.TOO_DEEP);

        assertThat(book.rejected())
                .isEqualTo(Map.of(Rejection.NO_FINGERPRINT, 2L, Rejection.NO_SCHEMA, 2L, Rejection.TOO_DEEP, 1L));
    }

    @Test
    void thereIsAnEndToWhatIsKept() {
        for (int i = 0; i < SchemaBook.MAX_SCHEMAS; i++) {
            Schema schema = schema("R" + i);
            assertThat(put(SchemaNormalization.parsingFingerprint64(schema), schema.toString()))
                    .isEmpty();
        }
        assertThat(put(FINGERPRINT, SCHEMA.toString())).contains(Rejection.FULL);
    }

    @Test
    void thereIsAnEndToTheirBytesToo() {
        String padding = " ".repeat(SchemaText.MAX_BYTES - 200);
        for (int i = 0; i < SchemaBook.MAX_TOTAL_BYTES / SchemaText.MAX_BYTES; i++) {
            Schema schema = schema("R" + i);
            put(SchemaNormalization.parsingFingerprint64(schema), schema + padding);
        }
        assertThat(book.rejected()).isEmpty();
        assertThat(put(FINGERPRINT, SCHEMA + padding)).contains(Rejection.FULL);
    }

    @Test
    void everythingIsAwaitedUntilTheTopicWasReadOnce() {
        var starting = new SchemaBook("moderation.schemas", Duration.ofSeconds(30), now::get);
        for (int i = 0; i < 100; i++) {
            assertThat(starting.isAwaited(i)).isTrue();
        }
        now.addAndGet(TimeUnit.MINUTES.toNanos(5));
        assertThat(starting.isAwaited(1)).isTrue();

        starting.caughtUp();
        assertThat(starting.isAwaited(1)).isTrue();
        now.addAndGet(TimeUnit.SECONDS.toNanos(30));
        assertThat(starting.isAwaited(1)).isFalse();
    }

    @Test
    void aSchemaThatComesAfterItsTimeIsKnownAllTheSame() {
        book.isAwaited(FINGERPRINT);
        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
        assertThat(book.isAwaited(FINGERPRINT)).isFalse();

        put(FINGERPRINT, SCHEMA.toString());
        assertThat(book.findByFingerprint(FINGERPRINT)).isNotNull();
    }

    @Test
    void whoWaitsGoesOnWhenTheSchemaComes() throws Exception {
        var waiting = CompletableFuture.runAsync(() -> book.await(FINGERPRINT));
        put(FINGERPRINT, SCHEMA.toString());

        waiting.get(10, TimeUnit.SECONDS);
    }

    @Test
    void whoWaitsGoesOnWhenTheTimeIsUp() throws Exception {
        assertThat(book.isAwaited(FINGERPRINT)).isTrue();
        var waiting = CompletableFuture.runAsync(() -> book.await(FINGERPRINT));
        now.addAndGet(TimeUnit.SECONDS.toNanos(30));

        waiting.get(10, TimeUnit.SECONDS);
        assertThat(book.findByFingerprint(FINGERPRINT)).isNull();
    }

    /** The schema may be on the topic, but it is no longer read: that must not make a dead letter. */
    @Test
    void aWaitingReaderIsNotifiedWhenFollowingEndsAndNothingBecomesUnknown() {
        var waiting = CompletableFuture.runAsync(() -> book.await(FINGERPRINT));
        book.close();

        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(KafkaException.class)
                .hasMessageContaining(new SchemaKey(FINGERPRINT).toString());
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(book.isAwaited(FINGERPRINT)).isTrue();
    }

    @Test
    void aReaderThatWaitsForAnUnreadableTopicFailsAfterAMinute() {
        var unread = new SchemaBook("moderation.schemas", Duration.ofSeconds(30), now::get);
        var waiting = CompletableFuture.runAsync(() -> unread.await(FINGERPRINT));
        var clock = CompletableFuture.runAsync(() -> {
            while (!waiting.isDone()) {
                now.addAndGet(TimeUnit.SECONDS.toNanos(1));
                Thread.onSpinWait();
            }
        });

        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TimeoutException.class)
                .hasMessageContaining("moderation.schemas");
        clock.join();
    }

    @Test
    void whoWaitsCanBeInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> book.await(FINGERPRINT)).isInstanceOf(InterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    private java.util.Optional<Rejection> put(long fingerprint, String value) {
        return book.apply(key(fingerprint), value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] key(long fingerprint) {
        return new SchemaKey(fingerprint).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Schema schema(String name) {
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"" + name
                        + "\",\"fields\":[{\"name\":\"f\",\"type\":\"int\"}]}");
    }
}
