package io.bulwark.lab.experiment;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tasks on several threads, whose results come on the calling thread, in the order in which the tasks were given. With
 * one thread the caller runs each at once. One thread gives and finishes.
 *
 * @param <R> result of a task
 */
public final class OrderedTasks<R> implements AutoCloseable {

    private static final int WAITING_PER_THREAD = 4;

    private final int threads;
    private final Consumer<R> done;
    private final Optional<ExecutorService> pool;
    private final Deque<Future<R>> running = new ArrayDeque<>();

    /**
     * @param threads 1 or more
     * @param done called with each result
     */
    public OrderedTasks(int threads, Consumer<R> done) {
        this.threads = threads;
        this.done = done;
        this.pool = threads == 1 ? Optional.empty() : Optional.of(Executors.newFixedThreadPool(threads));
    }

    /**
     * Runs a task, now or soon. Waits for the oldest where {@value #WAITING_PER_THREAD} for each thread are not done.
     *
     * @throws RuntimeException that an earlier task threw
     */
    public void give(Supplier<R> task) {
        if (pool.isEmpty()) {
            done.accept(task.get());
            return;
        }
        if (running.size() >= threads * WAITING_PER_THREAD) {
            next();
        }
        running.add(pool.get().submit(task::get));
    }

    /**
     * Waits for all that were given.
     *
     * @throws RuntimeException that a task threw
     */
    public void finish() {
        while (!running.isEmpty()) {
            next();
        }
    }

    private void next() {
        try {
            done.accept(running.remove().get());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while tasks ran", interrupted);
        }
    }

    /** Interrupts what was not waited for. */
    @Override
    public void close() {
        pool.ifPresent(ExecutorService::shutdownNow);
    }
}
