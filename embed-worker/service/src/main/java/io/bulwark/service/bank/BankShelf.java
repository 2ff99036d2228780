package io.bulwark.service.bank;

import io.bulwark.perception.bank.Bank;
import io.bulwark.service.follow.Lending;
import io.bulwark.service.lifecycle.Readiness;
import java.util.Optional;
import java.util.Set;

/**
 * The snapshot in use. A borrowed snapshot stays open until it is given back, though a newer one was put meanwhile.
 * Any thread.
 */
public final class BankShelf implements AutoCloseable {

    private final Lending<Bank> banks = new Lending<>(Bank::close); // changed under the lock of this
    private Readiness status = new Readiness.Reading("The references are being read"); // guarded by this

    /** Whether verdicts can be given, and if not, why. */
    public synchronized Readiness status() {
        return status;
    }

    /** The version that verdicts of now are given by; empty text before the first snapshot. */
    public synchronized String version() {
        return banks.current().map(Bank::version).orElse("");
    }

    /** The labels that the snapshot has; none before the first. */
    public synchronized Set<String> labels() {
        return banks.current().map(Bank::labels).orElse(Set.of());
    }

    /** Whether the bank knows hashes of pictures, so that uploads need theirs. */
    public synchronized boolean knowsPictures() {
        return banks.current().map(Bank::knowsPictures).orElse(false);
    }

    /** Borrows the snapshot; empty while none may be used. */
    public synchronized Optional<Loan> borrow() {
        return status instanceof Readiness.Usable ? banks.borrow().map(Loan::new) : Optional.empty();
    }

    /** Puts a new snapshot in the place of the old one, which is closed once nobody holds it. A closed shelf closes it. */
    public synchronized void put(Bank bank, Readiness newStatus) {
        if (banks.put(bank)) {
            status = newStatus;
        }
    }

    /** Says why there is no snapshot yet; changes nothing where there is one. */
    public synchronized void explainAbsence(String why) {
        if (banks.current().isEmpty()) {
            status = new Readiness.Reading(why);
        }
    }

    @Override
    public synchronized void close() {
        banks.close();
        status = new Readiness.Unusable("The worker has stopped");
    }

    /** A borrowed snapshot; to be closed by the borrower. */
    public static final class Loan implements AutoCloseable {

        private final Lending<Bank>.Loan loan;

        private Loan(Lending<Bank>.Loan loan) {
            this.loan = loan;
        }

        public Bank bank() {
            return loan.value();
        }

        @Override
        public void close() {
            loan.close();
        }
    }
}
