package io.bulwark.service.pipeline;

import io.bulwark.service.lifecycle.NanoClock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Between the preparation threads and the inference threads. Bounded by bytes: who brings more waits, so that decoding
 * cannot run away from the encoder. An image that is larger than the bound alone passes when the queue is empty.
 */
final class ReadyQueue {

    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final ViewBatcher batcher; // guarded by lock
    private long bytes; // guarded by lock
    private int preparing; // guarded by lock
    private boolean closed; // guarded by lock

    ReadyQueue(BatchPlan plan, long maxBytes, NanoClock clock) {
        this.batcher = new ViewBatcher(plan, clock);
        this.maxBytes = maxBytes;
    }

    /** An image begins to be prepared: a batch may wait for it. */
    void preparationBegins() {
        lock.lock();
        try {
            preparing++;
        } finally {
            lock.unlock();
        }
    }

    /** It was brought, refused, or its deadline passed. */
    void preparationEnds() {
        lock.lock();
        try {
            preparing--;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Brings an image; waits while the queue is full. Dropped once closed. */
    void put(PreparedImage image) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (bytes > 0 && bytes + image.bytes() > maxBytes && !closed) {
                room.await();
            }
            if (!closed) {
                bytes += image.bytes();
                batcher.add(image);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next batch; waits for one at most so long. */
    Optional<ViewBatcher.Batch> take(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (left > 0 && !closed) {
                ViewBatcher.Next next = batcher.next(preparing > 0);
                if (next instanceof ViewBatcher.Batch batch) {
                    batch.slots().forEach(slot -> bytes -= slot.image().bytes(slot.view()));
                    room.signalAll();
                    if (batcher.waitingViews() > 0) {
                        // Another encoder may be waiting, and the signal for these views was ours.
                        changed.signal();
                    }
                    return Optional.of(batch);
                }
                long most = next instanceof ViewBatcher.Wait wait ? Math.min(wait.nanos(), left) : left;
                long before = left;
                left -= most - Math.max(0, changed.awaitNanos(most));
                if (left == before) {
                    left--;
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@link #take} would have to wait. */
    boolean isEmpty() {
        lock.lock();
        try {
            return batcher.waitingViews() == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Lets everybody go. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A wait in {@link #take} that keeps the thread watch fed. */
    static long pollNanos() {
        return TimeUnit.SECONDS.toNanos(1);
    }
}
