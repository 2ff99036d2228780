package io.bulwark.service.pipeline;

import io.bulwark.service.lifecycle.NanoClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Collects views across images into batches of warm sizes: a full batch at once, a part of one when nothing more is on
 * its way or the oldest view has lingered. First in, first out. Not thread-safe: its owner's lock guards it.
 */
final class ViewBatcher {

    private final BatchPlan plan;
    private final NanoClock clock;
    private final Deque<Slot> waiting = new ArrayDeque<>();

    ViewBatcher(BatchPlan plan, NanoClock clock) {
        this.plan = plan;
        this.clock = clock;
    }

    void add(PreparedImage image) {
        for (int view = 0; view < image.views().size(); view++) {
            waiting.add(new Slot(image, view));
        }
    }

    /**
     * What to do now.
     *
     * @param moreComing whether images are being prepared whose views may fill the batch
     */
    Next next(boolean moreComing) {
        if (waiting.isEmpty()) {
            return new Idle();
        }
        if (waiting.size() < plan.best() && moreComing) {
            long waited = clock.nanos() - waiting.peek().image().readyAtNanos();
            long left = plan.linger().toNanos() - waited;
            if (left > 0) {
                return new Wait(left);
            }
        }
        int size = plan.sizeFor(waiting.size());
        List<Slot> slots = new ArrayList<>(size);
        while (slots.size() < size && !waiting.isEmpty()) {
            slots.add(waiting.poll());
        }
        return new Batch(slots, size);
    }

    int waitingViews() {
        return waiting.size();
    }

    /**
     * One view of one image.
     *
     * @param view its index
     */
    record Slot(PreparedImage image, int view) {}

    /** What the inference thread does next. */
    sealed interface Next {}

    /** Nothing waits. */
    record Idle() implements Next {}

    /** A fuller batch is worth waiting for, so long at most. */
    record Wait(long nanos) implements Next {}

    /**
     * Views to embed.
     *
     * @param slots in order of arrival
     * @param size the warm size to run; more than there are slots where it has to be padded
     */
    record Batch(List<Slot> slots, int size) implements Next {}
}
