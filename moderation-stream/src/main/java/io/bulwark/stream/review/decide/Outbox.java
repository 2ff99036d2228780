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

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Puts a row into the outbox, in the transaction of what it tells. */
    static void add(Handle handle, Published content) {
        try {
            handle.createUpdate("INSERT INTO outbox (tenant, decision_id, kind, review)"
                            + " VALUES (:tenant, :id, :kind, CAST(:content AS jsonb))")
                    .bind("tenant", content.tenant())
                    .bind("id", content.id())
                    .bind("kind", content.kind().name())
                    .bind("content", JSON.writeValueAsString(content))
                    .execute();
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("What is published is always JSON.", impossible);
        }
    }

    /** Whether this connection is the publisher's now; it stays so until it is closed. */
    boolean lock(Handle held) {
        return held.createQuery("SELECT pg_try_advisory_lock(:lock)")
                .bind("lock", LOCK)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Publishes the oldest rows and removes them, in one transaction: an erasure that finds no row any more may rely on what
     * was published being there to be found.
     *
     * @return how many rows went
     */
    int publishNext(Handle held, OutboxTopic topic) {
        return Database.acrossTenants(held, handle -> {
            List<OutboxRow> rows = takeOldest(handle);
            if (rows.isEmpty()) {
                return 0;
            }
            Set<UUID> published = topic.lastBatch();
            List<Published> batch = rows.stream()
                    .map(OutboxRow::content)
                    .filter(content -> !published.contains(content.id()))
                    .toList();
            if (!batch.isEmpty()) {
                topic.publish(batch);
            }
            return rows.size();
        });
    }

    private static List<OutboxRow> takeOldest(Handle handle) {
        return handle.createQuery("WITH taken AS (DELETE FROM outbox WHERE position IN"
                        + " (SELECT position FROM outbox ORDER BY position LIMIT :most)"
                        + " RETURNING position, kind, review::text AS content)"
                        + " SELECT * FROM taken ORDER BY position")
                .bind("most", BATCH)
                .map((row, context) -> new OutboxRow(
                        row.getLong("position"),
                        read(Published.Kind.valueOf(row.getString("kind")), row.getString("content"))))
                .list();
    }

    private static Published read(Published.Kind kind, String content) {
        try {
            return JSON.readValue(content, kind.type());
        } catch (JsonProcessingException unreadable) {
            throw new IllegalStateException("A row of the outbox cannot be read: " + content, unreadable);
        }
    }
}
