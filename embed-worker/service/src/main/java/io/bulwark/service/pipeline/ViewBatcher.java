package io.bulwark.service.pipeline;

import io.bulwark.service.lifecycle.NanoClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects views across images into batches of warm sizes: a full batch at once, a part of one when nothing more is on
 * its way or the oldest image has lingered. Images are served in turn, in the order in which they came: one has at most
 * {@value #TURN} views, which most images are, and then waits for the others' turns. So one of many views delays each of
 * the others by one turn. Not thread-safe: its owner's lock guards it.
 */
final class ViewBatcher {

    /** Views of one image that are taken together at most. */
    static final int TURN = 4;

    private final BatchPlan plan;
    private final NanoClock clock;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private int views;

    ViewBatcher(BatchPlan plan, NanoClock clock) {
        this.plan = plan;
        this.clock = clock;
    }

    void add(PreparedImage image) {
        waiting.add(new Turn(image, 0));
        views += image.views().size();
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
        if (views < plan.best() && moreComing) {
            long now = clock.nanos();
            long waited = waiting.stream()
                    .mapToLong(turn -> now - turn.image().readyAtNanos())
                    .max()
                    .orElseThrow();
            long left = plan.linger().toNanos() - waited;
            if (left > 0) {
                return new Wait(left);
            }
        }
        int size = plan.sizeFor(views);
        Map<PreparedImage, List<Slot>> slots = new LinkedHashMap<>();
        for (int room = size; room > 0 && !waiting.isEmpty(); ) {
            room -= take(waiting.poll(), room, slots);
        }
        return new Batch(slots.values().stream().flatMap(List::stream).toList(), size);
    }

    /** Takes what a batch has room for of a turn, whose rest goes on with the next batch; returns how many views. */
    private int take(Turn turn, int room, Map<PreparedImage, List<Slot>> slots) {
        PreparedImage image = turn.image();
        int all = image.views().size();
        int end = Math.min(all, turn.first() + TURN - turn.first() % TURN);
        int to = Math.min(end, turn.first() + room);
        List<Slot> taken = slots.computeIfAbsent(image, each -> new ArrayList<>());
        for (int view = turn.first(); view < to; view++) {
            taken.add(new Slot(image, view));
        }
        if (to < end) {
            waiting.addFirst(new Turn(image, to));
        } else if (to < all) {
            waiting.addLast(new Turn(image, to));
        }
        views -= to - turn.first();
        return to - turn.first();
    }

    int waitingViews() {
        return views;
    }

    /**
     * An image that waits for its turn.
     *
     * @param first of its views that is not taken yet
     */
    private record Turn(PreparedImage image, int first) {}

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
     * @param slots by image, in the order of turns
     * @param size the warm size to run; more than there are slots where it has to be padded
     */
    record Batch(List<Slot> slots, int size) implements Next {}
}
