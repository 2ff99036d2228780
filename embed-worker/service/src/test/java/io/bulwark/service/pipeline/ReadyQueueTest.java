package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.pipeline.PreparationPool.Activity;
import io.bulwark.service.pipeline.ViewBatcher.BatchPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ReadyQueueTest {

    private static final long SOON = Duration.ofMillis(20).toNanos();
    private static final long LONG = Duration.ofSeconds(20).toNanos();

    private final Activity activity = new Activity();
    private final ReadyQueue queue = queue(2);

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
            taking(got);
        }
        queue.put(image(8));

        assertThat(got.await(20, TimeUnit.SECONDS)).isTrue();
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

    /** What is smaller fitted again and again, and what is larger never came to its turn. */
    @Test
    void an_image_larger_than_the_bound_is_not_overtaken() throws InterruptedException {
        queue.put(image(8));
        Thread large = bring(image(100));
        Awaitility.await().until(() -> large.getState() == Thread.State.WAITING);
        Thread small = bring(image(1));
        Awaitility.await().until(() -> small.getState() == Thread.State.WAITING);

        assertThat(queue.take(LONG).orElseThrow().slots()).hasSize(4);
        assertThat(queue.take(LONG).orElseThrow().slots()).hasSize(4);
        large.join(10_000);
        assertThat(large.isAlive()).isFalse();
        assertThat(queue.take(LONG).orElseThrow().slots().get(0).image().views())
                .hasSize(100);
    }

    @Test
    void while_a_sister_idles_a_view_goes_at_once_though_more_are_being_prepared() throws InterruptedException {
        queue.preparationBegins();
        CountDownLatch got = new CountDownLatch(1);
        List<Thread> encoders = List.of(taking(got), taking(got));
        for (Thread encoder : encoders) {
            Awaitility.await().until(() -> encoder.getState() == Thread.State.TIMED_WAITING);
        }
        queue.put(image(1));

        assertThat(got.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void the_only_encoder_is_not_kept_idle_for_a_fuller_batch() throws InterruptedException {
        ReadyQueue alone = queue(1);
        alone.preparationBegins();
        alone.put(image(1));

        assertThat(alone.take(SOON)).isPresent();
    }

    @Test
    void whoever_holds_what_can_be_judged_does_not_wait_for_more() throws InterruptedException {
        queue.preparationBegins();
        queue.put(image(1));
        assertThat(queue.poll()).isEmpty();
        queue.preparationEnds();
        assertThat(queue.poll()).isPresent();
    }

    /** The sister that waits was taken for the encoder that asks. */
    @Test
    void while_a_sister_waits_for_company_whoever_asks_takes_a_view_at_once() throws InterruptedException {
        queue.preparationBegins();
        queue.put(image(1));
        Thread sister = taking(new CountDownLatch(1));
        Awaitility.await().until(() -> sister.getState() == Thread.State.TIMED_WAITING);

        assertThat(queue.poll()).isPresent();
    }

    @Test
    void an_image_is_a_piece_of_work_until_it_is_done() throws InterruptedException {
        PreparedImage image = image(1);
        queue.put(image);
        assertThat(queue.take(SOON)).isPresent();
        assertThat(activity.isNone()).isFalse();
        assertThat(image.lane().isNone()).isFalse();

        queue.imageIsDone(image);
        assertThat(activity.isNone()).isTrue();
        assertThat(image.lane().isNone()).isTrue();
    }

    private ReadyQueue queue(int encoders) {
        return new ReadyQueue(
                BatchPlan.of(List.of(1, 2, 4), 4, Duration.ofSeconds(30)), 30, encoders, activity, NanoClock.SYSTEM);
    }

    private Thread taking(CountDownLatch got) {
        Thread encoder = new Thread(() -> {
            if (take(LONG).isPresent()) {
                got.countDown();
            }
        });
        encoder.setDaemon(true);
        encoder.start();
        return encoder;
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
