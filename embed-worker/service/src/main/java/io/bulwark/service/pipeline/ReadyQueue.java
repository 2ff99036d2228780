package io.bulwark.service.pipeline;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.pipeline.PreparationPool.Activity;
import io.bulwark.service.pipeline.ViewBatcher.BatchPlan;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Between the preparation threads and the inference threads. Bounded by bytes: who brings more waits, first come, first
 * served, so that decoding cannot run away from the encoder. An image that is larger than the bound alone passes when
 * the queue is empty, which it becomes since images do not overtake.
 *
 * <p>Views wait for a fuller batch only while more are being prepared and no encoder but the one that asks has nothing
 * to do. An encoder that has no sister never waits: while it works on a small batch the next one grows.
 */
final class ReadyQueue {

    private final long maxBytes;
    private final int encoders;
    private final Activity activity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final ViewBatcher batcher; // guarded by lock
    private final Deque<PreparedImage> line = new ArrayDeque<>(); // images that wait for room, guarded by lock
    private long bytes; // guarded by lock
    private int preparing; // guarded by lock
    private int idle; // encoders in take, guarded by lock
    private boolean closed; // guarded by lock

    /**
     * Makes an empty queue.
     *
     * @param encoders that take from it
     * @param activity to which an image that is let in belongs until {@link #imageIsDone}
     */
    ReadyQueue(BatchPlan plan, long maxBytes, int encoders, Activity activity, NanoClock clock) {
        this.batcher = new ViewBatcher(plan, clock);
        this.maxBytes = maxBytes;
        this.encoders = encoders;
        this.activity = activity;
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
            line.add(image);
            while ((line.peek() != image || !fits(image)) && !closed) {
                room.await();
            }
            if (!closed) {
                bytes += image.bytes();
                activity.begins();
                image.lane().begins();
                batcher.add(image);
                changed.signal();
            }
        } finally {
            line.remove(image);
            room.signalAll();
            lock.unlock();
        }
    }

    /** Nothing more is done with an image that was taken from here. */
    void imageIsDone(PreparedImage image) {
        activity.ends();
        image.lane().ends();
    }

    private boolean fits(PreparedImage image) {
        return bytes == 0 || bytes + image.bytes() <= maxBytes;
    }

    /** The next batch if there is one now; empty where a fuller one is worth waiting for. */
    Optional<ViewBatcher.Batch> poll() {
        lock.lock();
        try {
            return !closed && next(idle) instanceof ViewBatcher.Batch batch ? Optional.of(batch) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /**
     * What to do now; a batch has left the queue. The caller holds the lock.
     *
     * @param idleOthers encoders that have nothing to do, without the one that asks
     */
    private ViewBatcher.Next next(int idleOthers) {
        ViewBatcher.Next next = batcher.next(preparing > 0 && encoders > 1 && idleOthers == 0);
        if (next instanceof ViewBatcher.Batch batch) {
            batch.slots().forEach(slot -> bytes -= slot.image().bytes(slot.view()));
            room.signalAll();
            if (batcher.waitingViews() > 0) {
                // Another encoder may be waiting, and the signal for these views was ours.
                changed.signal();
            }
        }
        return next;
    }

    /** The next batch; waits for one at most so long. */
    Optional<ViewBatcher.Batch> take(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        idle++;
        try {
            long left = nanos;
            while (left > 0 && !closed) {
                ViewBatcher.Next next = next(idle - 1);
                if (next instanceof ViewBatcher.Batch batch) {
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
            idle--;
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
