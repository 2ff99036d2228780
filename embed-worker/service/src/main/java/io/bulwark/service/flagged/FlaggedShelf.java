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

    /** Borrows the snapshot; empty before the first. To be given back by closing it. */
    public Optional<Lending<Snapshot>.Loan> borrow() {
        return snapshots.borrow();
    }

    /** Puts a newer one in its place. */
    public void put(FlaggedIndex index, Map<String, Long> offsets, String message) {
        snapshots.put(new Snapshot(index, offsets));
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

    /**
     * What is flagged at one moment.
     *
     * @param offsets of the last record that was read, by partition
     */
    public record Snapshot(FlaggedIndex index, Map<String, Long> offsets) {}
}
