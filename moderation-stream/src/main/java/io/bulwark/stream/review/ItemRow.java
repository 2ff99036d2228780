package io.bulwark.stream.review;

import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.Problem.ProblemException;
import jakarta.annotation.Nullable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * An item as the table has it.
 *
 * @param goldenAnswer what is known of it, where it is a golden copy
 * @param firstReviewer who may not be the second one
 * @param decisionId the latest decision or proposal about it
 * @param lease who has it, also where that ran out; null where it is free
 * @param trace the {@code traceparent} of the record that brought it
 * @param now the database's time when the row was read
 */
public record ItemRow(
        UUID itemId,
        ReviewCandidate candidate,
        Optional<String> goldenAnswer,
        Set<Origin> origins,
        int strikes,
        int reports,
        Instant arrivedAt,
        Stage stage,
        Optional<String> firstReviewer,
        Optional<UUID> decisionId,
        Optional<Instant> closedAt,
        @Nullable Lease lease,
        Optional<String> trace,
        Instant now) {

    /** Of {@code queue_item}, for {@link #MAPPER}. */
    static final String COLUMNS = "*, machine_decision AS decision, machine_reason AS reason, clock_timestamp() AS now";

    /** By hand: a mapper by reflection costs more than the statement, and each decision and record reads an item. */
    static final RowMapper<ItemRow> MAPPER = (row, context) -> new ItemRow(
            row.getObject("item_id", UUID.class),
            ReviewCandidate.of(row),
            Optional.ofNullable(row.getString("golden_answer")),
            Arrays.stream((String[]) row.getArray("origins").getArray())
                    .map(Origin::valueOf)
                    .collect(Collectors.toCollection(LinkedHashSet::new)),
            row.getInt("strikes"),
            row.getInt("reports"),
            Database.instant(row, "arrived_at"),
            Stage.valueOf(row.getString("stage")),
            Optional.ofNullable(row.getString("first_reviewer")),
            Optional.ofNullable(row.getObject("decision_id", UUID.class)),
            Optional.ofNullable(Database.instant(row, "closed_at")),
            Lease.of(row),
            Optional.ofNullable(row.getString("trace")),
            Database.instant(row, "now"));

    /**
     * A claim.
     *
     * @param id proves it
     * @param holder who claimed
     * @param since when
     * @param until when it ends unless it is renewed
     */
    public record Lease(UUID id, String holder, Instant since, Instant until) {

        private static Lease of(ResultSet row) throws SQLException {
            UUID id = row.getObject("lease_id", UUID.class);
            return id == null
                    ? null
                    : new Lease(
                            id,
                            row.getString("lease_holder"),
                            Database.instant(row, "lease_since"),
                            Database.instant(row, "lease_until"));
        }
    }

    /**
     * Locks an item until the end of the transaction.
     *
     * @throws ProblemException where this tenant has no such item
     */
    public static ItemRow lock(Handle handle, String tenant, UUID itemId) {
        return found(handle, tenant, itemId, " FOR UPDATE");
    }

    /**
     * An item as it stands now.
     *
     * @throws ProblemException where this tenant has no such item
     */
    public static ItemRow read(Handle handle, String tenant, UUID itemId) {
        return found(handle, tenant, itemId, "");
    }

    private static ItemRow found(Handle handle, String tenant, UUID itemId, String locking) {
        return find(handle, tenant, itemId, locking)
                .orElseThrow(() -> Problem.NOT_FOUND.with("There is no item " + itemId + "."));
    }

    /** @param locking what follows the condition */
    static Optional<ItemRow> find(Handle handle, String tenant, UUID itemId, String locking) {
        return handle.select(
                        "SELECT " + COLUMNS + " FROM queue_item WHERE tenant = ? AND item_id = ?" + locking,
                        tenant,
                        itemId)
                .map(MAPPER)
                .findOne();
    }

    /**
     * Locks an item that the person must hold now.
     *
     * @throws ProblemException where there is no such item, it is closed, or this claim does not hold
     */
    public static ItemRow lockHeld(Handle handle, Person person, UUID itemId, UUID leaseId) {
        ItemRow item = lock(handle, person.tenant(), itemId);
        if (item.stage() == Stage.CLOSED) {
            throw Problem.ALREADY_DECIDED.with("Item " + itemId + " is closed; it was decided or withdrawn.");
        }
        boolean held = item.claim()
                .filter(lease -> lease.id().equals(leaseId)
                        && lease.holder().equals(person.name())
                        && lease.until().isAfter(item.now()))
                .isPresent();
        if (!held) {
            throw Problem.LEASE_LOST.with("The claim of item " + itemId + " ran out or was given up; claim again.");
        }
        return item;
    }

    /** Whether a person has it now. */
    boolean isHeld() {
        return claim().filter(its -> its.until().isAfter(now)).isPresent();
    }

    /** Whether that person has it now. */
    public boolean isHeldBy(Person person) {
        return claim().filter(
                        its -> its.holder().equals(person.name()) && its.until().isAfter(now))
                .isPresent();
    }

    /** Who has it, also where that ran out. */
    public Optional<Lease> claim() {
        return Optional.ofNullable(lease);
    }

    /** Whom an item waits for. */
    public enum Stage {
        /** Any reviewer. */
        FIRST,
        /** A reviewer who is not the first one. */
        SECOND,
        /** A senior. */
        SENIOR,
        /** No person. */
        CLOSED
    }

    /** Why an item is in the queue; it may be there for several reasons. */
    public enum Origin {
        /** The machine decided REVIEW. */
        REVIEW,
        /** Drawn to measure error rates. Reviewers do not see this one. */
        SAMPLE,
        /** An attack audit. */
        AUDIT,
        /** The uploader objects to the decision. */
        APPEAL,
        /** Another person objects to the image. */
        REPORT
    }
}
