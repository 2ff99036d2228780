package io.bulwark.service.loop;

import java.time.Duration;

/**
 * When answers are committed. A transaction costs the worker and the broker some milliseconds of CPU, so under load
 * many answers share one. When little is in flight latency is what counts: the first answer after a quiet time goes at
 * once, those that follow wait until committing takes no more than a third of the time. Without that a worker at half
 * load spent the other half on transactions of one answer each.
 *
 * @param maxRecords a transaction of so many goes at once
 * @param linger answers wait no longer than this for company
 * @param busyAt as many unanswered uploads mean that company is coming soon
 */
record CommitPacing(int maxRecords, Duration linger, int busyAt) {

    /** Time between commits, in multiples of what the last one took. */
    private static final int REST = 2;

    /**
     * The last commit, as nothing but its times.
     *
     * @param tookNanos from its begin to its end
     * @param agoNanos since its end
     */
    record Last(long tookNanos, long agoNanos) {

        /** So long ago that it does not count. */
        static final Last NONE = new Last(0, Long.MAX_VALUE);
    }

    /**
     * How long to wait with the commit; zero or less means now.
     *
     * @param committable answers that could be committed
     * @param unanswered uploads in flight without an outcome that can be committed
     * @param waitedNanos since the first of the answers could be committed
     */
    long nanosUntilDue(int committable, int unanswered, long waitedNanos, Last last) {
        if (committable == 0) {
            return Long.MAX_VALUE;
        }
        if (committable >= maxRecords) {
            return 0;
        }
        long most = linger.toNanos() - waitedNanos;
        return unanswered < busyAt ? Math.min(most, Math.max(0, REST * last.tookNanos() - last.agoNanos())) : most;
    }

    /**
     * How many answers have to come until waiting may be over before its time. More would not be news: waking a poll for
     * each costs the worker more than the commit that they share.
     *
     * @param committable answers that could be committed
     * @param unanswered uploads in flight without an outcome that can be committed
     */
    int answersUntilDue(int committable, int unanswered) {
        if (committable == 0) {
            return 1;
        }
        int untilFull = Math.max(1, maxRecords - committable);
        return unanswered < busyAt ? untilFull : Math.min(untilFull, unanswered - busyAt + 1);
    }
}
