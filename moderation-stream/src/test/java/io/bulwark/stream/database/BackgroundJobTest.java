package io.bulwark.stream.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BackgroundJobTest {

    private static final Duration SOON = Duration.ofMillis(1);

    @Test
    void anExceptionEndsATurnAndNotTheJob() throws InterruptedException {
        var turns = new CountDownLatch(3);
        try (var job = new BackgroundJob("test", SOON, () -> {
            turns.countDown();
            throw new IllegalStateException("a turn fails");
        })) {
            job.start();
            assertThat(turns.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void afterItWasClosedThereIsNoTurn() {
        var turns = new AtomicInteger();
        var job = new BackgroundJob("test", SOON, () -> {
            turns.incrementAndGet();
            return SOON;
        });
        job.start();
        job.close();
        int then = turns.get();
        assertThat(job.isRunning()).isFalse();
        assertThat(turns.get()).isEqualTo(then);
    }

    @Test
    void anAbortInterruptsTheTurn() throws InterruptedException {
        var begun = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var job = new BackgroundJob("test", SOON, () -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stopped) {
                interrupted.countDown();
            }
            return SOON;
        });
        job.start();
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        job.abort();
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aRegularJobRestsBeforeItsFirstTurn() throws InterruptedException {
        var turns = new CountDownLatch(2);
        try (var job = BackgroundJob.every("test", SOON, SOON, turns::countDown)) {
            job.start();
            assertThat(turns.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
