package io.bulwark.service.loop;

import io.bulwark.service.loop.LoopSettings.Lane;
import io.bulwark.service.pipeline.UploadInFlight.UploadSink;
import java.util.HashSet;
import java.util.Set;

/**
 * Lets a loop have the whole worker for itself, to try suspects, while the others hold still: what kills during a trial
 * would else be laid at the suspect's door. The loop of deferred uploads does not ask for that, since its suspects may
 * wait for slow hosts, which must hold up no other upload: it tries them beside the other's uploads, but not beside its
 * trials. Any thread.
 */
final class ExclusiveTrial {

    private final Set<Seat> busy = new HashSet<>(); // guarded by this
    private Seat holder; // guarded by this

    /** A place for the loop of that lane. */
    Seat seat(Lane lane) {
        return new Seat(lane == Lane.UPLOADS);
    }

    /** One loop's place. */
    final class Seat {

        private final boolean wantsAll;

        private Seat(boolean wantsAll) {
            this.wantsAll = wantsAll;
        }

        /** Uploads go on their way from here on; false where another loop wants the worker for itself. */
        boolean begin() {
            synchronized (ExclusiveTrial.this) {
                return !mustRest() && (busy.contains(this) || busy.add(this));
            }
        }

        /** Nothing of this loop is in flight. */
        void rest() {
            synchronized (ExclusiveTrial.this) {
                busy.remove(this);
            }
        }

        /** Whether another loop wants the worker for itself. */
        boolean mustRest() {
            synchronized (ExclusiveTrial.this) {
                return holder != null && holder != this;
            }
        }

        /** A trial is to begin; true once it may, which for who wants the worker for itself is when all others rest. */
        boolean claim() {
            synchronized (ExclusiveTrial.this) {
                if (!wantsAll) {
                    return !mustRest();
                }
                if (holder == null) {
                    holder = this;
                }
                return holder == this && (busy.isEmpty() || busy.equals(Set.of(this)));
            }
        }

        /** Wants it no more. */
        void release() {
            synchronized (ExclusiveTrial.this) {
                if (holder == this) {
                    holder = null;
                }
            }
        }

        /** The loop has ended. */
        void leave() {
            rest();
            release();
        }
    }

    /**
     * Whether nothing runs that a suspect would have to share the worker with. What is in flight the loop knows; what
     * was abandoned, or answered because its time was over, may still run in the pipeline ({@link UploadSink#isIdle});
     * and the worker's other loop may have to rest ({@link ExclusiveTrial}). Owned by the loop's thread.
     */
    static final class IdleCheck {

        private final UploadSink pipeline;
        private final PoisonBreaker breaker;
        private final ExclusiveTrial.Seat seat;
        private boolean strays;
        private boolean alone;

        IdleCheck(UploadSink pipeline, PoisonBreaker breaker, ExclusiveTrial.Seat seat) {
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
        boolean isIdle(int inFlight) {
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
                // Uploads of the other loop may still run.
                disturbed();
            }
            return alone;
        }
    }
}
