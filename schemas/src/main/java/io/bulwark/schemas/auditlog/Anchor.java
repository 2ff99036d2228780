package io.bulwark.schemas.auditlog;

/**
 * What a row of a tenant's log was at some time, kept outside the database.
 *
 * @param tenant whose log
 * @param position of the row
 * @param hash of the row
 */
public record Anchor(String tenant, long position, Digest hash) {}
