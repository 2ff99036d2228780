package io.bulwark.service.fetch;

import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * The heap that fetched files may fill together, from their first byte until they are no longer needed. A download
 * leases before it allocates, and what it leases is what it allocates. Any thread.
 *
 * <p>Downloads that hold a part each, and all wait for more, must not wait for each other. The rule: what a download
 * leases leaves to each older one that is still arriving what that may still lease; the oldest may lease all that is
 * free. So the oldest never waits for a younger one to finish. It may wait for files that have arrived, and those are
 * released by the steps behind, which ask nothing of this budget. Once it has arrived the next is the oldest, to which
 * all that came later have left enough. A download waits until its deadline at most. A download of a known length needs
 * little, so that a server that trickles a small file holds no other download back.
 *
 * <p>Rejected: to lease the most that a file may have at once (four downloads would fill what forty need), and to lease
 * what the server announces (it would announce much and send nothing).
 */
final class FetchBudget {

    private final long bytes;
    private final long reserve;
    private final Deque<Lease> arriving = new ArrayDeque<>(); // the oldest first, guarded by this
    private long leased; // guarded by this

    /**
     * Makes a budget.
     *
     * @param bytes that may be leased at once
     * @param reserve the most that one download leases
     */
    FetchBudget(long bytes, long reserve) {
        if (reserve < 0 || bytes < reserve) {
            throw new IllegalArgumentException(
                    "A budget of " + bytes + " bytes does not hold the " + reserve + " of one download");
        }
        this.bytes = bytes;
        this.reserve = reserve;
    }

    /** Begins a download of unknown length, the youngest of all; it holds nothing yet. */
    Lease begin() {
        return begin(reserve);
    }

    /**
     * Begins a download, the youngest of all; it holds nothing yet.
     *
     * @param most bytes that it leases, at most the reserve
     */
    synchronized Lease begin(long most) {
        if (most < 0 || most > reserve) {
            throw new IllegalArgumentException("A download leases " + most + " bytes, allowed are 0 to " + reserve);
        }
        Lease lease = new Lease(most);
        arriving.addLast(lease);
        return lease;
    }

    /** Bytes that are leased now. */
    synchronized long leased() {
        return leased;
    }

    /** Bytes that may be leased at once. */
    long bytes() {
        return bytes;
    }

    /** What one download, later one file, holds of the budget. Closed by the last holder of the file. */
    final class Lease implements AutoCloseable {

        private final long most;
        private long held; // guarded by the budget

        private Lease(long most) {
            this.most = most;
        }

        /**
         * Leases more, waiting for it until the deadline; to be called before it is allocated.
         *
         * @return whether it was leased
         * @throws InterruptedException where the wait is broken off; nothing is leased then
         */
        boolean grow(long more, Deadline deadline) throws InterruptedException {
            synchronized (FetchBudget.this) {
                while (leased + more > allowed()) {
                    if (deadline.hasPassed()) {
                        return false;
                    }
                    TimeUnit.NANOSECONDS.timedWait(
                            FetchBudget.this, deadline.remaining().toNanos());
                }
                leased += more;
                held += more;
                return true;
            }
        }

        private long allowed() {
            long needed = 0;
            for (Lease older : arriving) {
                if (older == this) {
                    break;
                }
                needed = Math.max(needed, older.most - older.held);
            }
            return bytes - needed;
        }

        /** Gives some of it back, once it is allocated no more. */
        void shrink(long less) {
            synchronized (FetchBudget.this) {
                leased -= less;
                held -= less;
                FetchBudget.this.notifyAll();
            }
        }

        /** The file is there whole: what is held stays so, and another download is the oldest. */
        void arrived() {
            synchronized (FetchBudget.this) {
                arriving.remove(this);
                FetchBudget.this.notifyAll();
            }
        }

        /** Gives all of it back; a second time does nothing. */
        @Override
        public void close() {
            synchronized (FetchBudget.this) {
                arrived();
                shrink(held);
            }
        }
    }
}
