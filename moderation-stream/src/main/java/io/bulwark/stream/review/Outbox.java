package io.bulwark.stream.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.stream.database.Database;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** The rows that wait for their publication, on one connection that holds the publisher's lock. */
final class Outbox implements OutboxPublisher.Table {

    /** Their ids fit into the metadata of an offset. */
    static final int BATCH = 80;

    private static final long LOCK = 0x62756c7761726b01L;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Handle held;

    /** @param held the publisher's connection */
    Outbox(Handle held) {
        this.held = held;
    }

    /** Puts a row into the outbox, in the transaction of what it publishes. */
    static void add(Handle handle, Published content) {
        try {
            handle.execute(
                    """
                    INSERT INTO outbox (tenant, decision_id, kind, review)
                    VALUES (?, ?, ?, CAST(? AS jsonb))""", content.tenant(), content.id(), content.kind().name(), JSON.writeValueAsString(content));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("What is published is always JSON.", impossible);
        }
    }

    /** Whether this connection is the publisher's now; it stays so until it is closed. */
    boolean lock() {
        return held.createQuery("SELECT pg_try_advisory_lock(:lock)")
                .bind("lock", LOCK)
                .mapTo(Boolean.class)
                .one();
    }

    @Override
    public int remove(OutboxPublisher.Topic.Mark mark) {
        return Database.acrossTenants(
                held,
                handle -> handle.createUpdate(
                                "DELETE FROM outbox WHERE row_id = ANY (:rows) OR decision_id = ANY (:decisions)")
                        .bindArray("rows", UUID.class, mark.rows())
                        .bindArray("decisions", UUID.class, mark.decisions())
                        .execute());
    }

    @Override
    public int handOver(Consumer<List<OutboxPublisher.Row>> publish) {
        return Database.acrossTenants(held, handle -> {
            List<OutboxPublisher.Row> rows = takeOldest(handle);
            if (!rows.isEmpty()) {
                publish.accept(rows);
            }
            return rows.size();
        });
    }

    private static List<OutboxPublisher.Row> takeOldest(Handle handle) {
        return handle.select("""
                WITH taken AS (DELETE FROM outbox WHERE position IN
                (SELECT position FROM outbox ORDER BY position LIMIT ?)
                RETURNING position, row_id, kind, review::text AS content)
                SELECT row_id, kind, content FROM taken ORDER BY position""", BATCH)
                .map((row, context) -> new OutboxPublisher.Row(
                        row.getObject("row_id", UUID.class),
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
