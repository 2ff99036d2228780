package io.bulwark.stream.auditlog;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.bulwark.schemas.auditlog.Anchor;
import io.bulwark.schemas.auditlog.AuditRow;
import io.bulwark.schemas.auditlog.Checkpoint;

/** Audit logs as JSON, a line a row; {@code bulwark audit-log verify} reads them. */
public final class AuditDocuments {

    private AuditDocuments() {}

    /**
     * A row.
     *
     * @param at ISO 8601 in UTC, with microseconds
     * @param details the JSON that was hashed, as text
     * @param previous 64 hexadecimal digits
     * @param hash likewise
     */
    @JsonPropertyOrder({"tenant", "position", "at", "actor", "action", "subject", "details", "previous", "hash"})
    public record Row(
            String tenant,
            long position,
            String at,
            String actor,
            String action,
            String subject,
            String details,
            String previous,
            String hash) {}

    /**
     * An anchor.
     *
     * @param hash 64 hexadecimal digits
     */
    @JsonPropertyOrder({"tenant", "position", "hash"})
    public record End(String tenant, long position, String hash) {}

    /**
     * A checkpoint.
     *
     * @param hash 64 hexadecimal digits
     * @param signedAt ISO 8601 in UTC, with microseconds
     * @param signature Base64
     */
    @JsonPropertyOrder({"tenant", "position", "hash", "signedAt", "signature"})
    public record Signed(String tenant, long position, String hash, String signedAt, String signature) {}

    /** The row as JSON has it. */
    public static Row of(AuditRow row) {
        return new Row(
                row.tenant(),
                row.position(),
                row.at().toString(),
                row.actor(),
                row.action(),
                row.subject(),
                row.details(),
                row.previous().toString(),
                row.hash().toString());
    }

    /** The anchor as JSON has it. */
    public static End of(Anchor anchor) {
        return new End(anchor.tenant(), anchor.position(), anchor.hash().toString());
    }

    /** The checkpoint as JSON has it. */
    public static Signed of(Checkpoint checkpoint) {
        return new Signed(
                checkpoint.tenant(),
                checkpoint.position(),
                checkpoint.hash().toString(),
                checkpoint.signedAt().toString(),
                checkpoint.signature());
    }
}
