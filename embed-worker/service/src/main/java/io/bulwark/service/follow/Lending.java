package io.bulwark.service.follow;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * A snapshot that holds memory outside the heap, and its replacement. A borrowed one stays open until it is given back,
 * though a newer one was put meanwhile. Any thread.
 */
public final class Lending<T> implements AutoCloseable {

    private final Consumer<T> closer;
    private Snapshot<T> current; // guarded by this
    private boolean closed; // guarded by this

    /** @param closer frees a snapshot that nobody holds any more */
    public Lending(Consumer<T> closer) {
        this.closer = closer;
    }

    /** The snapshot of now, not borrowed: good for what does not touch its memory. */
    public synchronized Optional<T> current() {
        return Optional.ofNullable(current).map(snapshot -> snapshot.value);
    }

    /** Borrows the snapshot; empty while there is none. */
    public synchronized Optional<Loan> borrow() {
        if (current == null) {
            return Optional.empty();
        }
        current.loans++;
        return Optional.of(new Loan(current));
    }

    /**
     * Puts a new snapshot in the place of the old one, which is freed once nobody holds it.
     *
     * @return false if there is nobody to borrow it any more: it was freed
     */
    public synchronized boolean put(T value) {
        if (closed) {
            closer.accept(value);
            return false;
        }
        retire();
        current = new Snapshot<>(value);
        return true;
    }

    /** Frees the snapshot once nobody holds it, and what is put later at once. */
    @Override
    public synchronized void close() {
        closed = true;
        retire();
        current = null;
    }

    private void retire() {
        if (current != null) {
            current.retired = true;
            freeIfUnused(current);
        }
    }

    private void freeIfUnused(Snapshot<T> snapshot) {
        if (snapshot.retired && snapshot.loans == 0) {
            closer.accept(snapshot.value);
        }
    }

    private synchronized void giveBack(Loan loan) {
        if (!loan.returned) {
            loan.returned = true;
            loan.snapshot.loans--;
            freeIfUnused(loan.snapshot);
        }
    }

    /** A borrowed snapshot; to be closed by the borrower. Closing it again does nothing. */
    public final class Loan implements AutoCloseable {

        private final Snapshot<T> snapshot;
        private boolean returned; // guarded by the lending

        private Loan(Snapshot<T> snapshot) {
            this.snapshot = snapshot;
        }

        public T value() {
            return snapshot.value;
        }

        @Override
        public void close() {
            giveBack(this);
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
