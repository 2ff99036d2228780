package io.bulwark.service;

import io.bulwark.service.loop.WorkerLoop;
import java.util.function.Consumer;

/**
 * A worker's two loops: that of the uploads on the thread that calls {@link #run}, that of the deferred ones on a thread of
 * its own. They end together: a worker that can only defer, or never does, is none.
 */
final class LoopPair {

    private final Loop uploads;
    private final Loop deferred;
    private final Consumer<Throwable> onFailure;
    private volatile Throwable failure;

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
        Thread other = new Thread(this::runDeferred, "bulwark-deferred-loop");
        other.start();
        try {
            uploads.work().run();
        } catch (RuntimeException | Error broken) {
            onFailure.accept(broken);
            throw broken;
        } finally {
            deferred.stop().run();
            join(other);
        }
        if (failure instanceof Error error) {
            throw error;
        } else if (failure != null) {
            throw new IllegalStateException("Deferred uploads: " + failure.getMessage(), failure);
        }
    }

    private void runDeferred() {
        try {
            deferred.work().run();
        } catch (RuntimeException | Error broken) {
            failure = broken;
            onFailure.accept(broken);
        } finally {
            uploads.stop().run();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
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
