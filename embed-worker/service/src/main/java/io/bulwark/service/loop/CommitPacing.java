package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * When answers are committed. Without a backlog at once: waiting would buy nothing, for the worker has time to spare.
 * While more uploads wait at the broker than the worker takes, latency is theirs and throughput counts: a transaction
 * costs the worker and the broker some milliseconds of CPU, so answers share one. Between two commits lies a rest of a
 * multiple of what commits take, by the median of the last ones, since one hiccup of the broker says nothing about the
 * next commit. But answers that wait take the places of uploads that could be worked on: the pipeline must not run dry
 * for it.
 *
 * <p>Owned by the loop's thread.
 */
final class CommitPacing {

    /**
     * Time between commits under a backlog, in multiples of what one takes: committing is then a twentieth of the time.
     */
    static final int REST = 19;

    /** Commits that the median is taken of. */
    static final int REMEMBERED = 9;

    private final int maxRecords;
    private final long mostNanos;
    private final NanoClock clock;
    private final Deque<Long> took = new ArrayDeque<>();
    private long lastEnd;
    private long committableSince;
    private boolean hasCommittable;

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
     * @param mayRest whether uploads wait at the broker, and enough that were read are still worked on
     */
    long nanosUntilDue(int committable, boolean mayRest) {
        if (committable == 0) {
            hasCommittable = false;
            return Long.MAX_VALUE;
        }
        long now = clock.nanos();
        if (!hasCommittable) {
            hasCommittable = true;
            committableSince = now;
        }
        if (!mayRest || committable >= maxRecords) {
            return 0;
        }
        long rest = took.isEmpty() ? 0 : REST * median() - (now - lastEnd);
        return Math.max(0, Math.min(rest, mostNanos - (now - committableSince)));
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
