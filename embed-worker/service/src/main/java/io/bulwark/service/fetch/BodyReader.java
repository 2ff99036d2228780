package io.bulwark.service.fetch;

import io.bulwark.events.Reason;
import io.bulwark.service.lifecycle.NanoClock.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Reads a stream whole, but never beyond the cap, never beyond the deadline, and only into memory that it has leased.
 * Any thread.
 */
final class BodyReader {

    private static final int FIRST_BUFFER = 64 * 1024;

    /** An announced length is believed once a quarter of it is there; the buffer is then made to measure. */
    private static final int BELIEVED = 4;

    private final int maxBytes;
    private final FetchBudget budget;

    /**
     * Makes a reader.
     *
     * @param maxBytes of a file
     * @param budget of all downloads; its reserve is {@link #mostLeased} of the cap at least
     */
    BodyReader(int maxBytes, FetchBudget budget) {
        this.maxBytes = maxBytes;
        this.budget = budget;
    }

    /** The most that the download of one file leases: while a buffer is copied into another both are there. */
    static long mostLeased(int maxBytes) {
        return 2L * maxBytes;
    }

    /**
     * Reads to the end.
     *
     * @param announced length that the other side announced, negative where it did not; nothing is allocated for what
     *     was announced and has not come, but the last step from a quarter to the whole
     * @return the bytes with their lease, or {@code TOO_LARGE}, or {@code FETCH_TIMEOUT} where no memory was free in
     *     time
     * @throws InterruptedIOException once the deadline has passed
     */
    FetchResult read(InputStream in, long announced, Deadline deadline) throws IOException {
        return announced > maxBytes ? tooLarge(announced + " bytes") : read(in, announced, deadline, budget.begin());
    }

    /**
     * The same of a stream that ends with the length that was announced, at the latest; it holds back no other download
     * for more than that.
     *
     * @param length negative where none was announced
     * @throws IOException where the stream goes on beyond it
     */
    FetchResult readFramed(InputStream in, long length, Deadline deadline) throws IOException {
        return length < 0 || length > maxBytes
                ? read(in, length, deadline)
                : read(new Framed(in, length), length, deadline, budget.begin(mostLeased((int) length)));
    }

    private FetchResult read(InputStream in, long announced, Deadline deadline, FetchBudget.Lease lease)
            throws IOException {
        boolean keep = false;
        try {
            FetchResult result = readInto(lease, in, announced, deadline);
            keep = result instanceof FetchResult.Fetched;
            return result;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        } finally {
            if (!keep) {
                lease.close();
            }
        }
    }

    /** Reads to the end and closes. What has come whole stays so where closing fails. */
    FetchResult readAndClose(InputStream in, long announced, Deadline deadline) throws IOException {
        FetchResult result = null;
        try (in) {
            result = read(in, announced, deadline);
        } catch (IOException failure) {
            if (result == null) {
                throw failure;
            }
        }
        return result;
    }

    private FetchResult readInto(FetchBudget.Lease lease, InputStream in, long announced, Deadline deadline)
            throws IOException, InterruptedException {
        byte[] buffer = new byte[0];
        int length = 0;
        while (true) {
            if (deadline.hasPassed()) {
                throw new InterruptedIOException("deadline");
            }
            if (length < buffer.length) {
                int read = in.read(buffer, length, buffer.length - length);
                if (read < 0) {
                    return trimmed(buffer, length, deadline, lease);
                }
                length += read;
                continue;
            }
            int next = in.read();
            if (next < 0) {
                return fetched(buffer, lease);
            }
            if (length == maxBytes) {
                return tooLarge("more than that");
            }
            int capacity = capacity(length, announced);
            if (!lease.grow(capacity, deadline)) {
                return noMemory(deadline);
            }
            buffer = Arrays.copyOf(buffer, capacity);
            lease.shrink(length);
            buffer[length++] = (byte) next;
        }
    }

    /** Of the next buffer; above the length, at most the cap. */
    private int capacity(int length, long announced) {
        if (announced > length && announced <= Math.max(FIRST_BUFFER, (long) BELIEVED * length)) {
            return (int) announced;
        }
        return (int) Math.min(maxBytes, Math.max(FIRST_BUFFER, 2L * length));
    }

    private FetchResult trimmed(byte[] buffer, int length, Deadline deadline, FetchBudget.Lease lease)
            throws InterruptedException {
        if (!lease.grow(length, deadline)) {
            return noMemory(deadline);
        }
        byte[] exact = Arrays.copyOf(buffer, length);
        lease.shrink(buffer.length);
        return fetched(exact, lease);
    }

    private static FetchResult fetched(byte[] bytes, FetchBudget.Lease lease) {
        lease.arrived();
        return FetchResult.Fetched.of(bytes, lease::close);
    }

    private FetchResult noMemory(Deadline deadline) {
        return new FetchResult.Refused(
                Reason.FETCH_TIMEOUT,
                "No memory was free for the file within " + deadline.allowed().toMillis()
                        + " ms (bulwark.fetch.deadline); fetched files may fill " + budget.bytes()
                        + " bytes together (bulwark.fetch.memory-bytes)",
                FetchResult.Scope.MACHINE);
    }

    FetchResult.Refused tooLarge(String found) {
        return new FetchResult.Refused(
                Reason.TOO_LARGE,
                "The file has " + found + ", allowed are " + maxBytes + " bytes (bulwark.fetch.max-bytes)");
    }

    int maxBytes() {
        return maxBytes;
    }

    /** Fails where more comes than was announced. */
    private static final class Framed extends FilterInputStream {

        private long left;

        Framed(InputStream in, long length) {
            super(in);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) throws IOException {
            left -= read;
            if (left < 0) {
                throw new IOException("The body goes on beyond its length");
            }
        }
    }

    /**
     * The heap that fetched files may fill together, from their first byte until they are no longer needed. A download
     * leases before it allocates, and what it leases is what it allocates. Any thread.
     *
     * <p>Downloads that hold a part each, and all wait for more, must not wait for each other. The rule: what a
     * download leases leaves to each older one that is still arriving what that may still lease; the oldest may lease
     * all that is free. So the oldest never waits for a younger one to finish. It may wait for files that have arrived,
     * and those are released by the steps behind, which ask nothing of this budget. Once it has arrived the next is the
     * oldest, to which all that came later have left enough. A download waits until its deadline at most. A download of
     * a known length needs little, so that a server that trickles a small file holds no other download back.
     *
     * <p>Rejected: to lease the most that a file may have at once (four downloads would fill what forty need), and to
     * lease what the server announces (it would announce much and send nothing).
     */
    static final class FetchBudget {

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
}
