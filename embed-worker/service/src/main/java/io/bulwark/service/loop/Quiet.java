package io.bulwark.service.loop;

import io.bulwark.service.pipeline.UploadSink;

/**
 * Whether nothing runs that a suspect would have to share the worker with. What is in flight the loop knows; what was
 * abandoned, or answered because its time was over, may still run in the pipeline ({@link UploadSink#isIdle}); and the
 * worker's other loop may have to rest ({@link Solitude}). Owned by the loop's thread.
 */
final class Quiet {

    private final UploadSink pipeline;
    private final PoisonBreaker breaker;
    private final Solitude.Seat seat;
    private boolean strays;
    private boolean alone;

    Quiet(UploadSink pipeline, PoisonBreaker breaker, Solitude.Seat seat) {
        this.pipeline = pipeline;
        this.breaker = breaker;
        this.seat = seat;
    }

    /** From now on something may run that is not in flight any more. */
    void disturbed() {
        strays = true;
    }

    /** The loop looks around, once in a while: who has no trial does not keep the worker for itself. */
    void lookAround(boolean nothingInFlight) {
        if (nothingInFlight) {
            seat.rest();
        }
        if (breaker.onTrial().isEmpty()) {
            alone = false;
            seat.release();
        }
        breaker.holdStill(seat.mustRest());
    }

    /** Something is to go on its way; false where it has to wait for another loop's trial. */
    boolean mayBegin() {
        return seat.begin();
    }

    /** The loop has ended. */
    void leave() {
        seat.leave();
    }

    /** @param inFlight uploads that count as noise */
    boolean isQuiet(int inFlight) {
        if (inFlight > 0 || (breaker.onTrial().isPresent() && !hasTheWorker())) {
            return false;
        }
        strays = strays && !pipeline.isIdle();
        return !strays;
    }

    private boolean hasTheWorker() {
        boolean before = alone;
        alone = seat.claim();
        if (alone && !before) {
            // What the other loop had in flight may have strays of its own.
            disturbed();
        }
        return alone;
    }
}
