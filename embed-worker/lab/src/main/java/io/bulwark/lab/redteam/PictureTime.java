package io.bulwark.lab.redteam;

import io.bulwark.robustness.attack.Watch;
import io.bulwark.robustness.probe.OverdueException;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import io.bulwark.service.lifecycle.ThreadWatch;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Bounds the attack on one picture. Each step counts as a piece of work of its own.
 *
 * @param deadline by which the attack is over
 * @param stopping whether the process was told to stop
 * @param watch told of each step
 */
record PictureTime(Deadline deadline, BooleanSupplier stopping, ThreadWatch watch) implements Watch {

    /** From now on, for a picture of so many views. */
    static PictureTime of(int views, Duration each, NanoClock clock, BooleanSupplier stopping, ThreadWatch watch) {
        return new PictureTime(Deadline.after(each.multipliedBy(views), clock), stopping, watch);
    }

    @Override
    public void step(int done, int total, int fooled) {
        watch.begin();
    }

    /** @throws OverdueException if the time is over */
    @Override
    public boolean cancelled() {
        if (deadline.hasPassed()) {
            throw new OverdueException();
        }
        return stopping.getAsBoolean() || Thread.currentThread().isInterrupted();
    }
}
