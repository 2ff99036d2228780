package io.bulwark.stream.review.decide;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.database.Database;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The rows that wait for their publication, on one connection that holds the publisher's lock. */
final class Outbox {

    /** Their ids fit into the metadata of an offset. */
    static final int BATCH = 80;

    private static final long LOCK = 0x62756c7761726b01L;

    private final ObjectMapper json = new ObjectMapper();

    /** Whether this connection is the publisher's now; it stays so until it is closed. */
    boolean lock(Handle held) {
        return held.createQuery("SELECT pg_try_advisory_lock(:lock)")
                .bind("lock", LOCK)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Publishes the oldest rows and removes them.
     *
     * @return how many rows went
     */
    int publishNext(Handle held, OutboxTopic topic) {
        List<OutboxRow> rows = Database.acrossTenants(held, this::oldest);
        if (rows.isEmpty()) {
            return 0;
        }
        Set<UUID> published = topic.lastBatch();
        List<PublishedReview> batch = rows.stream()
                .map(OutboxRow::review)
                .filter(review -> !published.contains(review.decisionId()))
                .toList();
        if (!batch.isEmpty()) {
            topic.publish(batch);
        }
        return Database.acrossTenants(held, handle -> remove(handle, rows));
    }

    private List<OutboxRow> oldest(Handle handle) {
        return handle.createQuery("SELECT position, review::text AS review FROM outbox ORDER BY position LIMIT :most")
                .bind("most", BATCH)
                .map((row, context) -> new OutboxRow(row.getLong("position"), read(row.getString("review"))))
                .list();
    }

    private static int remove(Handle handle, List<OutboxRow> rows) {
        return handle.createUpdate("DELETE FROM outbox WHERE position = ANY (:positions)")
                .bindArray(
                        "positions",
                        Long.class,
                        rows.stream().map(OutboxRow::position).toList())
                .execute();
    }

    private PublishedReview read(String review) {
        try {
            return json.readValue(review, PublishedReview.class);
        } catch (JsonProcessingException unreadable) {
            throw new IllegalStateException("A row of the outbox cannot be read: " + review, unreadable);
        }
    }
}
