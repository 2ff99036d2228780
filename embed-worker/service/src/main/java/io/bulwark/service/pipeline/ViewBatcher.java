package io.bulwark.service.pipeline;

import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Collects views across images into batches of warm sizes: a full batch at once, a part of one when nothing more is on
 * its way or the oldest image has lingered. Images are served in turn: one has at most {@value #TURN} views, which most
 * images are, and then waits behind the first turns of others, of which at most {@value #IN_A_ROW} batches go before a
 * batch of later turns. So one of many views delays the others by a small batch now and then. Not thread-safe: its
 * owner's lock guards it.
 */
final class ViewBatcher {

    /** Views of one image that are taken together at most. */
    static final int TURN = 4;

    /** Batches of first turns that go before one of later turns; simulated with 2 files of 24 views a second. */
    static final int IN_A_ROW = 4;

    private final BatchPlan plan;
    private final NanoClock clock;
    private final Deque<Turn> first = new ArrayDeque<>();
    private final Deque<Turn> later = new ArrayDeque<>();
    private int firstViews;
    private int laterViews;
    private int inARow; // batches of first turns since one of later turns

    ViewBatcher(BatchPlan plan, NanoClock clock) {
        this.plan = plan;
        this.clock = clock;
    }

    void add(PreparedImage image) {
        first.add(new Turn(image, 0));
        firstViews += Math.min(TURN, image.views().size());
        laterViews += Math.max(0, image.views().size() - TURN);
    }

    /**
     * What to do now.
     *
     * @param moreComing whether images are being prepared whose views may fill the batch
     */
    Next next(boolean moreComing) {
        if (waitingViews() == 0) {
            return new Idle();
        }
        if (waitingViews() < plan.best() && moreComing) {
            long now = clock.nanos();
            long waited = Stream.concat(first.stream(), later.stream())
                    .mapToLong(turn -> now - turn.image().readyAtNanos())
                    .max()
                    .orElseThrow();
            long left = plan.linger().toNanos() - waited;
            if (left > 0) {
                return new Wait(left);
            }
        }
        return later.isEmpty() || !first.isEmpty() && inARow < IN_A_ROW ? ofFirst() : ofLater();
    }

    private Batch ofFirst() {
        inARow++;
        return batch(first, plan.sizeFor(firstViews));
    }

    /** Not as large as may be, since who comes now waits until it is done. */
    private Batch ofLater() {
        inARow = 0;
        int waiting = later.stream()
                .mapToInt(turn -> turn.image().views().size() - turn.first())
                .sum();
        return batch(later, plan.sizeFor(Math.min(waiting, Math.max(TURN, plan.best() / 2))));
    }

    private Batch batch(Deque<Turn> turns, int size) {
        Map<PreparedImage, List<Slot>> slots = new LinkedHashMap<>();
        for (int room = size; room > 0 && !turns.isEmpty(); ) {
            room -= take(turns, room, slots);
        }
        return new Batch(slots.values().stream().flatMap(List::stream).toList(), size);
    }

    /** Takes what a batch has room for of a turn, whose rest goes on with the next batch; returns how many views. */
    private int take(Deque<Turn> turns, int room, Map<PreparedImage, List<Slot>> slots) {
        Turn turn = turns.poll();
        PreparedImage image = turn.image();
        int all = image.views().size();
        int end = Math.min(all, turn.first() + TURN - turn.first() % TURN);
        int to = Math.min(end, turn.first() + room);
        List<Slot> taken = slots.computeIfAbsent(image, each -> new ArrayList<>());
        for (int view = turn.first(); view < to; view++) {
            taken.add(new Slot(image, view));
        }
        if (to < end) {
            turns.addFirst(new Turn(image, to));
        } else if (to < all) {
            later.addLast(new Turn(image, to));
        }
        if (turn.first() < TURN) {
            firstViews -= to - turn.first();
        } else {
            laterViews -= to - turn.first();
        }
        return to - turn.first();
    }

    int waitingViews() {
        return firstViews + laterViews;
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

    /**
     * How batches are made up.
     *
     * @param sizes warm batch sizes, ascending
     * @param best the size that a batch is filled to
     * @param linger how long a view waits for a fuller batch
     */
    record BatchPlan(int[] sizes, int best, Duration linger) {

        BatchPlan {
            sizes = Arrays.stream(sizes).sorted().distinct().toArray();
            if (sizes.length == 0 || Arrays.binarySearch(sizes, best) < 0) {
                throw new IllegalArgumentException("The best batch size " + best + " is not among the warm ones "
                        + Arrays.toString(sizes) + " (bulwark.batch.largest)");
            }
        }

        static BatchPlan of(List<Integer> sizes, int best, Duration linger) {
            return new BatchPlan(sizes.stream().mapToInt(Integer::intValue).toArray(), best, linger);
        }

        /** The largest warm size that this number of views fills; if it fills none, the smallest, to be padded. */
        int sizeFor(int views) {
            int fitting = sizes[0];
            for (int size : sizes) {
                if (size <= views && size <= best) {
                    fitting = size;
                }
            }
            return fitting;
        }
    }
}
