package io.bulwark.schemas.auditlog;

/**
 * What is wrong with a tenant's log.
 *
 * @param kind what was done to it
 * @param tenant whose log
 * @param position of the row in question
 * @param explanation a sentence
 */
public record AuditFault(Kind kind, String tenant, long position, String explanation) {

    /** What was done. */
    public enum Kind {
        /** A row is not what was written. */
        EDITED,
        /** A row is not there. */
        DROPPED,
        /** A row is there twice. */
        DOUBLED,
        /** A row comes after a later one. */
        REORDERED
    }
}
