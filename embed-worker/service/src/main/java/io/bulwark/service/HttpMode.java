package io.bulwark.service;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.service.WorkerPod.ServerMode;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.telemetry.WorkerLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/** The life of a process that answers over HTTP and joins no group. The health methods may be called by any thread. */
abstract class HttpMode implements ServerMode {

    /** Where it is in its life. */
    enum State {
        STARTING,
        WARMING,
        PUBLISHING_SCHEMAS,
        RUNNING,
        STOPPED,
        FAILED
    }

    final NanoClock clock = NanoClock.SYSTEM;
    final ThreadWatch watch = new ThreadWatch(clock);
    final CountDownLatch stopping = new CountDownLatch(1);
    volatile State state = State.STARTING;
    private final String cannot;
    private final Duration drainTimeout;
    private final Thread main;
    private volatile String failure = "";

    /**
     * Begins nothing yet.
     *
     * @param thread name of the main thread
     * @param cannot what a failure prevents, as a sentence without its end
     * @param drainTimeout how long {@link #stop} waits
     */
    HttpMode(String thread, String cannot, Duration drainTimeout) {
        this.cannot = cannot;
        this.drainTimeout = drainTimeout;
        this.main = new Thread(this::live, thread);
    }

    /** Opens what it needs, answers until {@link #stopping} is counted down, and closes. On the main thread. */
    abstract void serve() throws InterruptedException;

    private void live() {
        try {
            serve();
            state = State.STOPPED;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            state = State.STOPPED;
        } catch (RuntimeException | Error broken) {
            if (isStopping()) {
                // A part that was closed while it started, or did not close.
                WorkerLog.notClosed(main.getName(), broken);
                state = State.STOPPED;
                return;
            }
            Throwable cause = broken instanceof CompletionException ? broken.getCause() : broken;
            failure =
                    cannot + ": " + ConnectionFaults.explain(cause).orElseGet(() -> String.valueOf(cause.getMessage()));
            state = State.FAILED;
            WorkerLog.failed(cause, failure);
        }
    }

    @Override
    public void start() {
        main.start();
    }

    @Override
    public void stop() {
        stopping.countDown();
        try {
            main.join(drainTimeout.toMillis());
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String phase() {
        return state.name();
    }

    @Override
    public Optional<String> livenessFailure() {
        return state == State.FAILED ? Optional.of(failure) : watch.stuck();
    }

    @Override
    public Optional<String> unreadiness() {
        if (isStopping() && state != State.FAILED) {
            return Optional.of("The process was told to stop");
        }
        return switch (state) {
            case STARTING, WARMING, PUBLISHING_SCHEMAS -> Optional.of(starting());
            case RUNNING -> running();
            case STOPPED -> Optional.of("The process was told to stop");
            case FAILED -> Optional.of(failure);
        };
    }

    /** Whether {@link #stop} was called. */
    final boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** What the process waits for at its start. */
    abstract String starting();

    /** Why it cannot answer, or not all, though it has started; empty if it can. */
    abstract Optional<String> running();

    @Override
    public boolean hasStarted() {
        return state != State.STARTING && state != State.WARMING;
    }
}
