package io.bulwark.service.pipeline;

import io.bulwark.service.lifecycle.ThreadWatch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Fixed platform threads, with a deadline for tasks that want one. A task past it cannot be stopped; the pool then
 * grows by one until it ends, so that a few hostile files cannot take all threads. The queue is bounded by what the
 * loop lets fly.
 */
final class PreparationPool implements AutoCloseable {

    private final ThreadPoolExecutor pool;
    private final ScheduledThreadPoolExecutor deadlines;
    private final ThreadWatch watch;
    private final List<Activity> activities;
    private final int threads;
    private final AtomicInteger overdue = new AtomicInteger();
    private volatile Throwable failure;

    /**
     * Makes a pool.
     *
     * @param activities that its tasks belong to
     */
    PreparationPool(String name, int threads, ThreadWatch watch, Activity... activities) {
        this.threads = threads;
        this.watch = watch;
        this.activities = List.of(activities);
        AtomicInteger number = new AtomicInteger();
        this.pool = new ThreadPoolExecutor(
                threads, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "bulwark-" + name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        this.deadlines = (ScheduledThreadPoolExecutor) Executors.newScheduledThreadPool(1, task -> {
            Thread thread = new Thread(task, "bulwark-" + name + "-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /** Runs a task soon, however long it takes; {@code after} takes its result on the same thread. */
    <T> void submit(Supplier<T> task, Consumer<T> after) {
        execute(() -> {
            watch.begin();
            T result;
            try {
                result = run(task);
            } finally {
                watch.rest();
            }
            after.accept(result);
        });
    }

    /**
     * Runs a task soon.
     *
     * @param timed what the deadline covers; never throws, it decides by itself what a failure means
     * @param after takes its result on the same thread, however late; may wait as long as it likes
     * @param allowed time for {@code timed}, from its begin
     * @param onOverdue called on another thread if it is not done by then
     */
    <T> void submit(Supplier<T> timed, Consumer<T> after, Duration allowed, Runnable onOverdue) {
        execute(() -> {
            T result = runTimed(timed, allowed, onOverdue);
            after.accept(result);
        });
    }

    /**
     * Runs a task if a thread is free in time.
     *
     * @param task not begun once its time is over
     * @param after takes its result on the same thread, however late
     * @param allowed time for the task to be done, from now
     * @param onOverdue called on another thread if it is not done by then
     */
    <T> void submitPromptly(Supplier<T> task, Consumer<T> after, Duration allowed, Runnable onOverdue) {
        AtomicBoolean settled = new AtomicBoolean();
        ScheduledFuture<?> alarm = deadlines.schedule(
                () -> {
                    if (settled.compareAndSet(false, true)) {
                        onOverdue.run();
                    }
                },
                allowed.toNanos(),
                TimeUnit.NANOSECONDS);
        execute(() -> {
            if (settled.get()) {
                return;
            }
            watch.begin();
            T result;
            try {
                result = run(task);
            } finally {
                watch.rest();
                settled.set(true);
                alarm.cancel(false);
            }
            after.accept(result);
        });
    }

    private void execute(Runnable task) {
        activities.forEach(Activity::begins);
        pool.execute(() -> {
            try {
                task.run();
            } finally {
                activities.forEach(Activity::ends);
            }
        });
    }

    private <T> T runTimed(Supplier<T> timed, Duration allowed, Runnable onOverdue) {
        AtomicBoolean settled = new AtomicBoolean();
        ScheduledFuture<?> alarm = deadlines.schedule(
                () -> {
                    if (settled.compareAndSet(false, true)) {
                        resize(overdue.incrementAndGet());
                        onOverdue.run();
                    }
                },
                allowed.toNanos(),
                TimeUnit.NANOSECONDS);
        watch.begin();
        try {
            return run(timed);
        } finally {
            watch.rest();
            alarm.cancel(false);
            if (!settled.compareAndSet(false, true)) {
                resize(overdue.decrementAndGet());
            }
        }
    }

    private <T> T run(Supplier<T> task) {
        try {
            return task.get();
        } catch (Error broken) {
            failure = broken;
            throw broken;
        }
    }

    /** The error that ended a task, whose upload stays without an answer; empty if there is none. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    private void resize(int extra) {
        pool.setCorePoolSize(threads + extra);
    }

    /** Threads that tasks run on now or may run on. */
    int size() {
        return pool.getCorePoolSize();
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
        pool.shutdownNow();
    }

    /**
     * How many pieces of work the pipeline holds, waited for or not. A piece begins before the one that it follows from
     * ends, so that zero means nothing runs and nothing is going to. Any thread.
     */
    static final class Activity {

        private final AtomicInteger pieces = new AtomicInteger();

        void begins() {
            pieces.incrementAndGet();
        }

        void ends() {
            pieces.decrementAndGet();
        }

        boolean isNone() {
            return pieces.get() == 0;
        }
    }
}
