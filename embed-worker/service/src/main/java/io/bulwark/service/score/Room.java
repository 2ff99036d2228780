package io.bulwark.service.score;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** So many requests at a time. Whoever finds no room is told so at once; nobody waits. Any thread. */
public final class Room {

    private final Semaphore places;

    public Room(int requests) {
        places = new Semaphore(requests);
    }

    /** A place, held once; empty where there is none. */
    public Optional<Hold> enter() {
        return places.tryAcquire() ? Optional.of(new Hold(new AtomicInteger(1))) : Optional.empty();
    }

    int free() {
        return places.availablePermits();
    }

    /** One of those that hold a place: a request, and each of its images in the pipeline. */
    public final class Hold {

        private final AtomicInteger holds;
        private final AtomicBoolean letGo = new AtomicBoolean();

        private Hold(AtomicInteger holds) {
            this.holds = holds;
        }

        /** Another hold of the same place; only while this one has not let go. */
        Hold another() {
            if (letGo.get()) {
                throw new IllegalStateException("The place was given back");
            }
            holds.incrementAndGet();
            return new Hold(holds);
        }

        /** Lets go, once however often it is called. The place is free when its last hold has. */
        public void leave() {
            if (letGo.compareAndSet(false, true) && holds.decrementAndGet() == 0) {
                places.release();
            }
        }
    }
}
