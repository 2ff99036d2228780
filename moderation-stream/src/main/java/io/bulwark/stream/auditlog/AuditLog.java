package io.bulwark.stream.auditlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.AuditRow.Digest;
import io.bulwark.schemas.auditlog.Checkpoint;
import io.bulwark.schemas.auditlog.Checkpoint.Anchor;
import io.bulwark.stream.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Appends to and reads the audit logs. Every method works in the caller's transaction. Thread-safe. */
public final class AuditLog {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /**
     * Rows, anchors and checkpoints as {@code bulwark audit-log verify} reads them: times ISO 8601, hashes hexadecimal.
     */
    private static final ObjectMapper LINES = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule().addSerializer(Digest.class, ToStringSerializer.instance))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    private AuditLog() {}

    /**
     * Appends a row; other transactions that append to the tenant's log wait for the end of this one. Its time is never
     * before that of the row before it, also where the database's clock stepped back.
     *
     * @param tenant whose log
     * @param actor who did it
     * @param action what was done, {@code <area>.<what>}
     * @param subject to what, {@code <kind>/<id>}
     * @param details more of it: texts, numbers, truth values and lists of them
     */
    public static AuditRow append(
            Handle handle, String tenant, String actor, String action, String subject, Map<String, ?> details) {
        handle.execute("""
                INSERT INTO audit_log_end (tenant, position, at, hash)
                VALUES (?, 0, clock_timestamp(), ?) ON CONFLICT DO NOTHING""", tenant, AuditRow.FIRST.bytes());
        End end = handle.select("""
                SELECT position, hash, greatest(clock_timestamp(), at) AS now FROM audit_log_end
                WHERE tenant = ? FOR UPDATE""", tenant)
                .map((row, context) -> new End(
                        row.getLong("position"), new Digest(row.getBytes("hash")), Database.instant(row, "now")))
                .one();
        AuditRow row = AuditRow.after(
                end.hash(), tenant, end.position() + 1, end.now(), actor, action, subject, json(JSON, details));
        handle.execute(
                """
                                INSERT INTO audit_log (tenant, position, at, actor, action, subject, details, previous, hash)
                                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                tenant,
                row.position(),
                row.at(),
                row.actor(),
                row.action(),
                row.subject(),
                row.details(),
                row.previous().bytes(),
                row.hash().bytes());
        handle.execute(
                "UPDATE audit_log_end SET position = ?, at = ?, hash = ? WHERE tenant = ?",
                row.position(),
                row.at(),
                row.hash().bytes(),
                tenant);
        return row;
    }

    /** A tenant's rows after a position, in their order, {@code most} at most. */
    public static List<AuditRow> after(Handle handle, String tenant, long position, int most) {
        return handle.select("""
                SELECT * FROM audit_log WHERE tenant = ? AND position > ?
                ORDER BY position LIMIT ?""", tenant, position, most).map(AuditLog::row).list();
    }

    /** The end of every log that the transaction sees. */
    public static List<Anchor> ends(Handle handle) {
        return handle.createQuery("SELECT tenant, position, hash FROM audit_log_end WHERE position > 0 ORDER BY tenant")
                .map(AuditLog::anchor)
                .list();
    }

    /** The last row of every log before a time that the transaction sees. */
    static List<Anchor> endsBefore(Handle handle, OffsetDateTime before) {
        return handle.select("""
                SELECT DISTINCT ON (tenant) tenant, position, hash FROM audit_log WHERE at < ?
                ORDER BY tenant, position DESC""", before).map(AuditLog::anchor).list();
    }

    /** Keeps a checkpoint. */
    static void add(Handle handle, Checkpoint checkpoint) {
        handle.execute(
                """
                INSERT INTO audit_checkpoint (tenant, position, hash, signed_at, signature)
                VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                checkpoint.tenant(),
                checkpoint.position(),
                checkpoint.hash().bytes(),
                checkpoint.signedAt(),
                checkpoint.signature());
    }

    /** All checkpoints of the logs that the transaction sees. */
    public static List<Checkpoint> checkpoints(Handle handle) {
        return handle.createQuery("SELECT * FROM audit_checkpoint ORDER BY tenant, position")
                .map((row, context) -> new Checkpoint(
                        row.getString("tenant"),
                        row.getLong("position"),
                        new Digest(row.getBytes("hash")),
                        Database.instant(row, "signed_at"),
                        row.getString("signature")))
                .list();
    }

    private static Anchor anchor(ResultSet row, StatementContext context) throws SQLException {
        return new Anchor(row.getString("tenant"), row.getLong("position"), new Digest(row.getBytes("hash")));
    }

    private static AuditRow row(ResultSet row, StatementContext context) throws SQLException {
        return new AuditRow(
                row.getString("tenant"),
                row.getLong("position"),
                Database.instant(row, "at"),
                row.getString("actor"),
                row.getString("action"),
                row.getString("subject"),
                row.getString("details"),
                new Digest(row.getBytes("previous")),
                new Digest(row.getBytes("hash")));
    }

    /** A row, anchor or checkpoint as a line of JSON, with its end. */
    public static String line(Object entry) {
        return json(LINES, entry) + "\n";
    }

    private static String json(ObjectMapper mapper, Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException unfit) {
            throw new IllegalArgumentException("It is no JSON of the audit log: " + value, unfit);
        }
    }

    private record End(long position, Digest hash, Instant now) {}
}
