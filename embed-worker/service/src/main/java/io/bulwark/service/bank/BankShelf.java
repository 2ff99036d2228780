package io.bulwark.service.bank;

import io.bulwark.perception.bank.Bank;
import io.bulwark.service.lifecycle.Readiness;
import java.util.Optional;
import java.util.Set;

/**
 * The snapshot in use. A borrowed snapshot stays open until it is given back, though a newer one was put meanwhile.
 * Any thread.
 */
public final class BankShelf implements AutoCloseable {

    private Readiness status = new Readiness.Reading("The references are being read"); // guarded by this
    private Snapshot current; // guarded by this

    /** Whether verdicts can be given, and if not, why. */
    public synchronized Readiness status() {
        return status;
    }

    /** The version that verdicts of now are given by; empty text before the first snapshot. */
    public synchronized String version() {
        return current == null ? "" : current.bank.version();
    }

    /** The labels that the snapshot has; none before the first. */
    public synchronized Set<String> labels() {
        return current == null ? Set.of() : current.bank.labels();
    }

    /** Whether the bank knows hashes of pictures, so that uploads need theirs. */
    public synchronized boolean knowsPictures() {
        return current != null && current.bank.knowsPictures();
    }

    /** Borrows the snapshot; empty while none may be used. */
    public synchronized Optional<Loan> borrow() {
        if (current == null || !(status instanceof Readiness.Usable)) {
            return Optional.empty();
        }
        current.loans++;
        return Optional.of(new Loan(current));
    }

    /** Puts a new snapshot in the place of the old one, which is closed once nobody holds it. */
    public synchronized void put(Bank bank, Readiness newStatus) {
        retireCurrent();
        current = new Snapshot(bank);
        status = newStatus;
    }

    /** Says why there is no snapshot yet; changes nothing where there is one. */
    public synchronized void explainAbsence(String why) {
        if (current == null) {
            status = new Readiness.Reading(why);
        }
    }

    @Override
    public synchronized void close() {
        retireCurrent();
        current = null;
        status = new Readiness.Unusable("The worker has stopped");
    }

    private void retireCurrent() {
        if (current != null) {
            current.retired = true;
            closeIfUnused(current);
        }
    }

    private static void closeIfUnused(Snapshot snapshot) {
        if (snapshot.retired && snapshot.loans == 0) {
            snapshot.bank.close();
        }
    }

    private synchronized void giveBack(Snapshot snapshot) {
        snapshot.loans--;
        closeIfUnused(snapshot);
    }

    /** A borrowed snapshot; to be closed by the borrower, once. */
    public final class Loan implements AutoCloseable {

        private final Snapshot snapshot;

        private Loan(Snapshot snapshot) {
            this.snapshot = snapshot;
        }

        public Bank bank() {
            return snapshot.bank;
        }

        @Override
        public void close() {
            giveBack(snapshot);
        }
    }

    private static final class Snapshot {
        private final Bank bank;
        private int loans;
        private boolean retired;

        private Snapshot(Bank bank) {
            this.bank = bank;
        }
    }
}
