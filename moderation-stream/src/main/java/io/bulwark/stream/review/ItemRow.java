package io.bulwark.stream.review;

import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.problem.ProblemException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * An item as the table has it.
 *
 * @param goldenAnswer what is known of it, where it is a golden copy
 * @param firstReviewer who may not be the second one
 * @param decisionId the latest decision or proposal about it
 * @param lease who has it, also where that ran out
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
        Optional<Lease> lease,
        Instant now) {

    private static final String COLUMNS = "*, clock_timestamp() AS now";

    /**
     * A claim.
     *
     * @param id proves it
     * @param holder who claimed
     * @param since when
     * @param until when it ends unless it is renewed
     */
    public record Lease(UUID id, String holder, Instant since, Instant until) {}

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
        return handle.createQuery(
                        "SELECT " + COLUMNS + " FROM queue_item WHERE tenant = :tenant AND item_id = :item" + locking)
                .bind("tenant", tenant)
                .bind("item", itemId)
                .map(ItemRow::of)
                .findOne()
                .orElseThrow(() -> Problem.NOT_FOUND.with("There is no item " + itemId + "."));
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
        boolean held = item.lease()
                .filter(lease -> lease.id().equals(leaseId)
                        && lease.holder().equals(person.name())
                        && lease.until().isAfter(item.now()))
                .isPresent();
        if (!held) {
            throw Problem.LEASE_LOST.with("The claim of item " + itemId + " ran out or was given up; claim again.");
        }
        return item;
    }

    /** The same at another stage. */
    public ItemRow at(Stage other) {
        return new ItemRow(
                itemId,
                candidate,
                goldenAnswer,
                origins,
                strikes,
                reports,
                arrivedAt,
                other,
                firstReviewer,
                decisionId,
                closedAt,
                lease,
                now);
    }

    /** Reads a row of {@code SELECT *, clock_timestamp() AS now FROM queue_item}. */
    static ItemRow of(ResultSet row, StatementContext context) throws SQLException {
        String topic = row.getString("upload_topic");
        Optional<ReviewCandidate.UploadPlace> upload = topic == null
                ? Optional.empty()
                : Optional.of(new ReviewCandidate.UploadPlace(
                        topic, row.getInt("upload_partition"), row.getLong("upload_offset")));
        var candidate = new ReviewCandidate(
                row.getString("tenant"),
                row.getString("image_id"),
                row.getString("content_sha256"),
                row.getString("uploader_id"),
                upload,
                row.getString("machine_decision"),
                Optional.ofNullable(row.getString("machine_reason")),
                texts(row, "labels"),
                row.getDouble("score"));
        Set<Origin> origins = EnumSet.noneOf(Origin.class);
        texts(row, "origins").forEach(name -> origins.add(Origin.valueOf(name)));
        UUID leaseId = row.getObject("lease_id", UUID.class);
        return new ItemRow(
                row.getObject("item_id", UUID.class),
                candidate,
                Optional.ofNullable(row.getString("golden_answer")),
                origins,
                row.getInt("strikes"),
                row.getInt("reports"),
                instant(row, "arrived_at").orElseThrow(),
                Stage.valueOf(row.getString("stage")),
                Optional.ofNullable(row.getString("first_reviewer")),
                Optional.ofNullable(row.getObject("decision_id", UUID.class)),
                instant(row, "closed_at"),
                leaseId == null
                        ? Optional.empty()
                        : Optional.of(new Lease(
                                leaseId,
                                row.getString("lease_holder"),
                                instant(row, "lease_since").orElseThrow(),
                                instant(row, "lease_until").orElseThrow())),
                instant(row, "now").orElseThrow());
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return Arrays.asList((String[]) row.getArray(column).getArray());
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
    }
}
