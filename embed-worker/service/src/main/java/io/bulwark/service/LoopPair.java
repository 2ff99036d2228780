package io.bulwark.service;

import io.bulwark.service.loop.WorkerLoop;

/**
 * A worker's two loops: that of the uploads on the thread that calls {@link #run}, that of the deferred ones on a thread of
 * its own. They end together: a worker that can only defer, or never does, is none.
 */
final class LoopPair {

    private final WorkerLoop uploads;
    private final WorkerLoop deferred;
    private volatile Throwable failure;

    LoopPair(WorkerLoop uploads, WorkerLoop deferred) {
        this.uploads = uploads;
        this.deferred = deferred;
    }

    /** Makes {@link #run} finish what was begun and return. Any thread. */
    void stop() {
        uploads.stop();
        deferred.stop();
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
            uploads.run();
        } finally {
            deferred.stop();
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
            deferred.run();
        } catch (RuntimeException | Error broken) {
            failure = broken;
        } finally {
            uploads.stop();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
