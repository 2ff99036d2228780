package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When answers are committed. A transaction costs the worker and the broker some milliseconds of CPU, so answers share
 * one where that costs them little. Between two commits lies a rest of a multiple of what commits take, by the median
 * of the last ones, since one hiccup of the broker says nothing about the next commit. How long it is depends on {@link
 * Load}. The first answer after a pause never rests.
 *
 * <p>Owned by the loop's thread.
 */
final class CommitPacing {

    /** Commits that the median is taken of. */
    static final int REMEMBERED = 9;

    private final int maxRecords;
    private final long mostNanos;
    private final NanoClock clock;
    private final Deque<Long> took = new ArrayDeque<>();
    private long lastEnd;
    private long committableSince;
    private boolean hasCommittable;

    /** What there is to do while answers wait. */
    enum Load {

        /**
         * Nothing, or too little: no upload is worked on whose answer could join, or under a backlog so few are that
         * the pipeline runs dry, since answers that wait take the places of uploads to come. Answers go at once.
         */
        IDLE(0, Duration.ZERO),

        /**
         * Some uploads are worked on, none wait at the broker. Latency counts: a fifth of the time is spent on commits.
         */
        LIGHT(4, Duration.ofMillis(20)),

        /**
         * More uploads wait at the broker than the worker takes: latency is theirs and throughput counts. A twentieth
         * of the time is spent on commits.
         */
        BACKLOG(19, Duration.ofNanos(Long.MAX_VALUE));

        /** Time between commits, in multiples of what one takes. */
        private final int rest;

        private final long mostNanos;

        Load(int rest, Duration most) {
            this.rest = rest;
            this.mostNanos = most.toNanos();
        }

        /** No answer waits longer than this for company. */
        Duration most() {
            return Duration.ofNanos(mostNanos);
        }

        /** How long to rest after a commit that takes so long. */
        long restNanos(long commitNanos) {
            return rest * commitNanos;
        }
    }

    /**
     * Makes it.
     *
     * @param maxRecords number of answers that are committed at once
     * @param most no answer waits longer than this for company
     */
    CommitPacing(int maxRecords, Duration most, NanoClock clock) {
        this.maxRecords = maxRecords;
        this.mostNanos = most.toNanos();
        this.clock = clock;
    }

    /**
     * How long to wait with the commit; zero or less means now.
     *
     * @param committable answers that could be committed
     */
    long nanosUntilDue(int committable, Load load) {
        if (committable == 0) {
            hasCommittable = false;
            return Long.MAX_VALUE;
        }
        long now = clock.nanos();
        if (!hasCommittable) {
            hasCommittable = true;
            committableSince = now;
        }
        if (took.isEmpty() || committable >= maxRecords) {
            return 0;
        }
        long rest = load.restNanos(median()) - (now - lastEnd);
        long most = Math.min(mostNanos, load.mostNanos) - (now - committableSince);
        return Math.max(0, Math.min(rest, most));
    }

    /**
     * How many answers have to come until waiting is over before its time. More would not be news: waking a poll for
     * each costs the worker more than the commit that they share.
     *
     * @param committable answers that could be committed
     */
    int answersUntilDue(int committable) {
        return committable == 0 ? 1 : Math.max(1, maxRecords - committable);
    }

    /** Answers were committed just now. */
    void committed(long tookNanos) {
        hasCommittable = false;
        lastEnd = clock.nanos();
        took.add(tookNanos);
        if (took.size() > REMEMBERED) {
            took.poll();
        }
    }

    private long median() {
        return took.stream().sorted().skip(took.size() / 2).findFirst().orElse(0L);
    }
}
