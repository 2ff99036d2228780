package io.bulwark.service.loop;

import java.util.HashSet;
import java.util.Set;

/**
 * Lets one loop have the whole worker for itself, to try suspects, while the others hold still: what kills during a trial
 * would else be laid at the suspect's door. Any thread.
 */
final class Solitude {

    private final Set<Seat> busy = new HashSet<>(); // guarded by this
    private Seat holder; // guarded by this

    /** A place for another loop of the worker. */
    Seat seat() {
        return new Seat();
    }

    /** One loop's place. */
    final class Seat {

        private Seat() {}

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

        /** Wants the worker for itself; true once all others rest. */
        boolean claim() {
            synchronized (Solitude.this) {
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
