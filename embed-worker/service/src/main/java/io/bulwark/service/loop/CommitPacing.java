package io.bulwark.service.loop;

import java.time.Duration;

/**
 * When answers are committed. A transaction costs the worker and the broker some milliseconds of CPU, so under load
 * many answers share one; when little is in flight nothing is gained by waiting, and latency is what counts.
 *
 * @param maxRecords a transaction of so many goes at once
 * @param linger answers wait no longer than this for company
 * @param busyAt as many unanswered uploads mean that company is coming soon
 */
record CommitPacing(int maxRecords, Duration linger, int busyAt) {

    /**
     * How long to wait with the commit; zero or less means now.
     *
     * @param committable answers that could be committed
     * @param unanswered uploads in flight without an outcome that can be committed
     * @param waitedNanos since the first of the answers could be committed
     */
    long nanosUntilDue(int committable, int unanswered, long waitedNanos) {
        if (committable == 0) {
            return Long.MAX_VALUE;
        }
        if (committable >= maxRecords || unanswered < busyAt) {
            return 0;
        }
        return linger.toNanos() - waitedNanos;
    }
}
