package io.bulwark.service.follow;

import io.bulwark.service.lifecycle.Readiness;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The snapshot in use, whether verdicts may be given by it, and its replacement. A borrowed snapshot stays open until
 * it is given back, even if a newer one was put meanwhile: it may hold memory outside the heap. Any thread.
 */
public final class SnapshotHolder<T> implements AutoCloseable {

    private final Consumer<T> closer;
    private Readiness status; // guarded by this
    private Snapshot<T> current; // guarded by this
    private boolean closed; // guarded by this

    /**
     * Holds nothing yet.
     *
     * @param reading why, until the first snapshot
     * @param closer frees a snapshot that is no longer in use
     */
    public SnapshotHolder(String reading, Consumer<T> closer) {
        this.status = new Readiness.Reading(reading);
        this.closer = closer;
    }

    /** Whether verdicts can be given, and if not, why. */
    public synchronized Readiness status() {
        return status;
    }

    /** The present snapshot, not borrowed: valid for uses that do not touch its memory. */
    public synchronized Optional<T> current() {
        return Optional.ofNullable(current).map(snapshot -> snapshot.value);
    }

    /** Borrows the snapshot; empty while none may be used. */
    public synchronized Optional<Loan<T>> borrow() {
        if (current == null || !(status instanceof Readiness.Usable)) {
            return Optional.empty();
        }
        current.loans++;
        return Optional.of(new Loan<>(this, current));
    }

    /**
     * Replaces the snapshot; the old one is freed when its last borrower returns it.
     *
     * @return false if this is closed: the new snapshot was freed
     */
    public synchronized boolean put(T value, Readiness newStatus) {
        if (closed) {
            closer.accept(value);
            return false;
        }
        retire();
        current = new Snapshot<>(value);
        status = newStatus;
        return true;
    }

    /** Takes the snapshot out of use. */
    public synchronized void withdraw(String why) {
        retire();
        status = new Readiness.Unusable(why);
    }

    /** Adds what operators should know of the snapshot in use. */
    synchronized void remark(String message) {
        status = new Readiness.Usable(message);
    }

    /** Says why there is no snapshot yet; changes nothing if there is one. */
    public synchronized void explainAbsence(String why) {
        if (current == null) {
            status = new Readiness.Reading(why);
        }
    }

    /** Frees the snapshot when its last borrower returns it, and later snapshots at once. */
    @Override
    public synchronized void close() {
        closed = true;
        withdraw("The worker has stopped");
    }

    private void retire() {
        if (current != null) {
            current.retired = true;
            freeIfUnused(current);
            current = null;
        }
    }

    private void freeIfUnused(Snapshot<T> snapshot) {
        if (snapshot.retired && snapshot.loans == 0) {
            closer.accept(snapshot.value);
        }
    }

    private synchronized void giveBack(Loan<T> loan) {
        if (!loan.returned) {
            loan.returned = true;
            loan.snapshot.loans--;
            freeIfUnused(loan.snapshot);
        }
    }

    /** A borrowed snapshot; closed by the borrower. Closing it again does nothing. */
    public static final class Loan<T> implements AutoCloseable {

        private final SnapshotHolder<T> holder;
        private final Snapshot<T> snapshot;
        private boolean returned; // guarded by the holder

        private Loan(SnapshotHolder<T> holder, Snapshot<T> snapshot) {
            this.holder = holder;
            this.snapshot = snapshot;
        }

        public T value() {
            return snapshot.value;
        }

        @Override
        public void close() {
            holder.giveBack(this);
        }
    }

    private static final class Snapshot<T> {
        private final T value;
        private int loans;
        private boolean retired;

        private Snapshot(T value) {
            this.value = value;
        }
    }
}
