package io.bulwark.service.flagged;

import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.service.follow.Lending;
import io.bulwark.service.lifecycle.Readiness;
import java.util.Map;
import java.util.Optional;

/** The flagged index in use, and how far its topic was read for it. Any thread. */
public final class FlaggedShelf implements AutoCloseable {

    private final Lending<Snapshot> snapshots =
            new Lending<>(snapshot -> snapshot.index().close());
    private volatile Readiness status = new Readiness.Reading("What is flagged is being read");

    /** Whether verdicts can be given, and if not, why. */
    public Readiness status() {
        return status;
    }

    /** Borrows the snapshot; empty before the first. */
    public Optional<Loan> borrow() {
        return snapshots.borrow().map(Loan::new);
    }

    /** Puts a newer one in its place. */
    public void put(FlaggedIndex index, Map<String, Long> offsets, String message) {
        if (snapshots.put(new Snapshot(index, offsets))) {
            status = new Readiness.Usable(message);
        }
    }

    /** Says of the snapshot in use what people should know. */
    public void remark(String message) {
        status = new Readiness.Usable(message);
    }

    /** Says why there is none yet; changes nothing where there is one. */
    public void explainAbsence(String why) {
        if (snapshots.current().isEmpty()) {
            status = new Readiness.Reading(why);
        }
    }

    @Override
    public void close() {
        snapshots.close();
    }

    /** A borrowed snapshot; to be closed by the borrower. */
    public static final class Loan implements AutoCloseable {

        private final Lending<Snapshot>.Loan loan;

        private Loan(Lending<Snapshot>.Loan loan) {
            this.loan = loan;
        }

        public FlaggedIndex index() {
            return loan.value().index();
        }

        /** How far the topic was read for it: the offset of the last record, by partition. */
        public Map<String, Long> offsets() {
            return loan.value().offsets();
        }

        @Override
        public void close() {
            loan.close();
        }
    }

    private record Snapshot(FlaggedIndex index, Map<String, Long> offsets) {}
}
