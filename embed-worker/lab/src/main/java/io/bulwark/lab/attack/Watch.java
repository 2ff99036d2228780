package io.bulwark.lab.attack;

import java.util.concurrent.CancellationException;

/** Looks over an attack's shoulder. Called on the attacking thread. */
public interface Watch {

    /**
     * An attack took a step.
     *
     * @param done steps taken
     * @param total steps that it takes at most
     * @param fooled samples of the batch that have the decision the attacker wants, so far
     */
    void step(int done, int total, int fooled);

    /** Whether the attack shall end; asked before each step. */
    default boolean cancelled() {
        return Thread.currentThread().isInterrupted();
    }

    /** Reports nothing; ends when the thread is interrupted. */
    static Watch silent() {
        return (done, total, fooled) -> {};
    }

    /** @throws CancellationException if the attack shall end */
    default void check() {
        if (cancelled()) {
            throw new CancellationException("the attack was cancelled");
        }
    }
}
