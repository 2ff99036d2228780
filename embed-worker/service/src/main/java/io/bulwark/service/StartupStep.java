package io.bulwark.service;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A step of the start that is tried until it succeeds: a topic may be made and a right be granted after the worker was
 * started. {@link #await} is called once; the rest by any thread.
 */
final class StartupStep {

    private static final long PAUSE_SECONDS = 1;

    private final Supplier<Optional<String>> attempt;
    private final Consumer<String> onTrouble;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile String trouble = "";

    /**
     * Begins nothing yet.
     *
     * @param attempt why it failed; empty if it succeeded
     * @param onTrouble takes each reason that differs from the one before
     */
    StartupStep(Supplier<Optional<String>> attempt, Consumer<String> onTrouble) {
        this.attempt = attempt;
        this.onTrouble = onTrouble;
    }

    /** Returns true when the step has succeeded; false if told to stop before. */
    boolean await() {
        try {
            while (stopping.getCount() > 0) {
                Optional<String> failure = attempt.get();
                if (!trouble.equals(failure.orElse(""))) {
                    trouble = failure.orElse("");
                    failure.ifPresent(onTrouble);
                }
                if (failure.isEmpty()) {
                    return true;
                }
                stopping.await(PAUSE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptException | InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** Why it has not succeeded yet; empty if nothing went wrong. */
    Optional<String> trouble() {
        return Optional.of(trouble).filter(text -> !text.isEmpty());
    }

    /** Makes {@link #await} return soon. */
    void stop() {
        stopping.countDown();
    }
}
