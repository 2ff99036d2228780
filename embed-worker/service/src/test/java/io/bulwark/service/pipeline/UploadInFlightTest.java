package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class UploadInFlightTest {

    private final AtomicInteger signals = new AtomicInteger();
    private final UploadInFlight upload = new UploadInFlight(
            new ConsumerRecord<>("images.uploaded", 3, 42, new byte[0], new byte[] {1, 2}),
            () -> 7,
            signals::incrementAndGet);

    @Test
    void the_first_outcome_stays_and_is_told_once() {
        assertThat(upload.outcome()).isEmpty();
        assertThat(upload.complete(new Outcome.TryLater("first"))).isTrue();
        assertThat(upload.complete(new Outcome.TryLater("second"))).isFalse();

        assertThat(upload.outcome()).contains(new Outcome.TryLater("first"));
        assertThat(signals).hasValue(1);
        assertThat(upload.isDone()).isTrue();
    }

    @Test
    void keys_and_headers_count_as_the_value_does() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("trace", new byte[700]).add("none", null);
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                "images.uploaded",
                3,
                42,
                0,
                TimestampType.CREATE_TIME,
                50,
                2,
                new byte[50],
                new byte[2],
                headers,
                Optional.empty());

        assertThat(new UploadInFlight(record, () -> 7, () -> {}).recordBytes()).isEqualTo(50 + 2 + 5 + 700 + 4);
    }

    @Test
    void of_an_abandoned_upload_nobody_is_told() {
        upload.abandon();
        assertThat(upload.isDone()).isTrue();

        upload.complete(new Outcome.TryLater("late"));
        assertThat(signals).hasValue(0);
    }

    @Test
    void a_dead_letter_tells_where_the_record_stood() {
        upload.deadLetter("INVALID_EVENT", "why");

        Outcome.DeadLettered dead = (Outcome.DeadLettered) upload.outcome().orElseThrow();
        assertThat(dead.story().topic()).isEqualTo("images.uploaded");
        assertThat(dead.story().partition()).isEqualTo(3);
        assertThat(dead.story().offset()).isEqualTo(42);
        assertThat(dead.story().reason()).isEqualTo("INVALID_EVENT");
    }

    @Test
    void of_many_threads_one_completes_it() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger winners = new AtomicInteger();
        Thread[] threads = new Thread[8];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                try {
                    go.await();
                } catch (InterruptedException stopped) {
                    return;
                }
                if (upload.complete(new Outcome.TryLater("raced"))) {
                    winners.incrementAndGet();
                }
            });
            threads[i].start();
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(winners).hasValue(1);
        assertThat(signals).hasValue(1);
    }
}
