package io.bulwark.service.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.pipeline.PreparationPool.Activity;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PreparationPoolTest {

    private static final Duration AGES = Duration.ofMinutes(10);

    private final PreparationPool pool =
            new PreparationPool("test", 1, new ThreadWatch(NanoClock.SYSTEM), new Activity());
    private final CountDownLatch release = new CountDownLatch(1);

    @AfterEach
    void closePool() {
        release.countDown();
        pool.close();
    }

    @Test
    void a_task_s_result_is_taken_on_its_own_thread() {
        AtomicReference<String> thread = new AtomicReference<>();
        AtomicReference<String> result = new AtomicReference<>();
        pool.submit(
                () -> {
                    thread.set(Thread.currentThread().getName());
                    return "done";
                },
                value -> result.set(value + " on " + Thread.currentThread().getName()),
                AGES,
                () -> {});

        Awaitility.await().until(() -> result.get() != null);
        assertThat(result.get()).isEqualTo("done on " + thread.get());
    }

    /** Its upload would stay without an answer, and its partition would stop unnoticed. */
    @Test
    void an_error_that_ends_a_task_is_reported() {
        assertThat(pool.failure()).isEmpty();
        pool.submit(PreparationPoolTest::fail, value -> {});

        Awaitility.await()
                .dontCatchUncaughtExceptions()
                .until(() -> pool.failure().isPresent());
        assertThat(pool.failure().orElseThrow()).hasMessage("a class is missing");
    }

    @Test
    void an_error_that_ends_a_task_with_a_deadline_is_told() {
        pool.submit(PreparationPoolTest::fail, value -> {}, AGES, () -> {});

        Awaitility.await()
                .dontCatchUncaughtExceptions()
                .until(() -> pool.failure().isPresent());
    }

    private static Integer fail() {
        throw new LinkageError("a class is missing");
    }

    @Test
    void a_task_past_its_deadline_is_told_and_another_thread_takes_its_place() {
        AtomicInteger overdue = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        pool.submit(this::hang, value -> late.incrementAndGet(), Duration.ofMillis(20), overdue::incrementAndGet);
        pool.submit(() -> 1, value -> others.incrementAndGet(), AGES, () -> {});

        Awaitility.await().until(() -> others.get() == 1);
        assertThat(overdue).hasValue(1);
        assertThat(pool.size()).isEqualTo(2);

        release.countDown();
        Awaitility.await().until(() -> late.get() == 1 && pool.size() == 1);
    }

    @Test
    void what_comes_after_a_task_is_not_on_its_time() {
        AtomicInteger overdue = new AtomicInteger();
        AtomicInteger after = new AtomicInteger();
        pool.submit(
                () -> 1,
                value -> {
                    hang();
                    after.incrementAndGet();
                },
                Duration.ofMillis(20),
                overdue::incrementAndGet);
        AtomicInteger probe = new AtomicInteger();
        pool.submit(() -> 1, value -> probe.incrementAndGet(), AGES, () -> {});
        release.countDown();

        Awaitility.await().until(() -> probe.get() == 1);
        assertThat(after).hasValue(1);
        assertThat(pool.size()).isEqualTo(1);
    }

    private Integer hang() {
        try {
            return release.await(60, TimeUnit.SECONDS) ? 1 : 0;
        } catch (InterruptedException stopped) {
            return -1;
        }
    }
}
