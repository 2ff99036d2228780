package io.bulwark.service;

import io.bulwark.service.loop.WorkerLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * A worker's two loops: the loop of uploads on the thread that calls {@link #run}, the loop of deferred uploads on a second
 * thread. They end together: a worker needs both.
 */
final class LoopPair {

    private final Loop uploads;
    private final Loop deferred;
    private final Consumer<Throwable> onFailure;

    /**
     * Makes the pair.
     *
     * @param onFailure told what ended a loop, on that loop's thread, before the other one is made to finish
     */
    LoopPair(Loop uploads, Loop deferred, Consumer<Throwable> onFailure) {
        this.uploads = uploads;
        this.deferred = deferred;
        this.onFailure = onFailure;
    }

    /** Makes {@link #run} finish what was begun and return. Any thread. */
    void stop() {
        uploads.stop().run();
        deferred.stop().run();
    }

    /**
     * Works until told to stop.
     *
     * @throws RuntimeException what ended either loop before
     */
    void run() {
        CompletableFuture<Void> other = CompletableFuture.runAsync(
                () -> work(deferred, uploads), task -> new Thread(task, "bulwark-deferred-loop").start());
        try {
            work(uploads, deferred);
        } finally {
            other.exceptionally(broken -> null).join();
        }
        try {
            other.join();
        } catch (CompletionException broken) {
            if (broken.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(
                    "Deferred uploads: " + broken.getCause().getMessage(), broken.getCause());
        }
    }

    private void work(Loop loop, Loop other) {
        try {
            loop.work().run();
        } catch (RuntimeException | Error broken) {
            onFailure.accept(broken);
            throw broken;
        } finally {
            other.stop().run();
        }
    }

    /**
     * One of the two.
     *
     * @param work returns when it has finished, or throws what ended it
     * @param stop makes it finish; any thread
     */
    record Loop(Runnable work, Runnable stop) {

        static Loop of(WorkerLoop loop) {
            return new Loop(loop, loop::stop);
        }
    }
}
