package io.bulwark.service.loop;

import java.util.HashSet;
import java.util.Set;

/**
 * Lets a loop have the whole worker for itself, to try suspects, while the others hold still: what kills during a trial would
 * else be laid at the suspect's door. The loop of deferred uploads does not ask for that, since its suspects may wait for slow
 * hosts, and nobody is to wait for these: it tries them beside the other's uploads, but not beside its trials. Any thread.
 */
final class Solitude {

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
            synchronized (Solitude.this) {
                return !mustRest() && (busy.contains(this) || busy.add(this));
            }
        }

        /** Nothing of this loop is in flight. */
        void rest() {
            synchronized (Solitude.this) {
                busy.remove(this);
            }
        }

        /** Whether another loop wants the worker for itself. */
        boolean mustRest() {
            synchronized (Solitude.this) {
                return holder != null && holder != this;
            }
        }

        /** A trial is to begin; true once it may, which for who wants the worker for itself is when all others rest. */
        boolean claim() {
            synchronized (Solitude.this) {
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
            synchronized (Solitude.this) {
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
}
