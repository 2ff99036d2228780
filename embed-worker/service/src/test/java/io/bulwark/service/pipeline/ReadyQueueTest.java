package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReadyQueueTest {

    private static final long SOON = Duration.ofMillis(20).toNanos();
    private static final long LONG = Duration.ofSeconds(20).toNanos();

    private final ReadyQueue queue =
            new ReadyQueue(BatchPlan.of(List.of(1, 2, 4), 4, Duration.ofSeconds(30)), 30, NanoClock.SYSTEM);

    @Test
    void an_empty_queue_gives_nothing_after_the_wait() throws InterruptedException {
        assertThat(queue.take(SOON)).isEmpty();
    }

    @Test
    void the_end_of_the_last_preparation_lets_a_part_of_a_batch_go() throws InterruptedException {
        queue.preparationBegins();
        queue.put(image(1));
        assertThat(queue.take(SOON)).isEmpty();

        Thread preparing = new Thread(queue::preparationEnds);
        preparing.start();
        assertThat(queue.take(LONG)).isPresent();
        preparing.join();
    }

    @Test
    void who_brings_more_than_fits_waits_until_there_is_room() throws InterruptedException {
        queue.put(image(8));
        Thread bringing = bring(image(8));
        Awaitility.await().until(() -> bringing.getState() == Thread.State.WAITING);

        assertThat(queue.take(SOON).orElseThrow().slots()).hasSize(4);
        assertThat(queue.take(SOON).orElseThrow().slots()).hasSize(4);
        bringing.join(10_000);
        assertThat(bringing.isAlive()).isFalse();
        assertThat(queue.take(SOON)).isPresent();
    }

    @Test
    void an_image_larger_than_the_bound_passes_an_empty_queue() throws InterruptedException {
        queue.put(image(100));

        assertThat(queue.take(SOON)).isPresent();
    }

    @Test
    void two_encoders_that_wait_both_get_work() throws InterruptedException {
        CountDownLatch got = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            Thread encoder = new Thread(() -> {
                if (take(LONG).isPresent()) {
                    got.countDown();
                }
            });
            encoder.setDaemon(true);
            encoder.start();
        }
        queue.put(image(8));

        assertThat(got.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closing_lets_everybody_go() throws InterruptedException {
        queue.put(image(10));
        Thread bringing = bring(image(10));
        Awaitility.await().until(() -> bringing.getState() == Thread.State.WAITING);
        queue.close();

        bringing.join(10_000);
        assertThat(bringing.isAlive()).isFalse();
        assertThat(queue.take(LONG)).isEmpty();
    }

    private Thread bring(PreparedImage image) {
        Thread thread = new Thread(() -> {
            try {
                queue.put(image);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private Optional<ViewBatcher.Batch> take(long nanos) {
        try {
            return queue.take(nanos);
        } catch (InterruptedException stopped) {
            return Optional.empty();
        }
    }

    private static PreparedImage image(int views) {
        return ViewBatcherTest.image(views, new AtomicLong(System.nanoTime()));
    }
}
