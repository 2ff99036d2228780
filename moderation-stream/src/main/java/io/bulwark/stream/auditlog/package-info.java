/**
 * The audit log: who saw and did what, a row for each. A row is appended in the transaction of what it records, so
 * there is no decision without its row and no row of a decision that was rolled back. Rows are chained for each tenant,
 * see {@link io.bulwark.schemas.auditlog}.
 *
 * <p>An appending transaction holds the end of the tenant's log until it ends, so a tenant's appending transactions run
 * one after the other. That is some thousands a second, which people do not reach. Rows cannot be changed: the
 * application's role has no right to, and a trigger refuses the owner.
 *
 * <p>Actions are {@code <area>.<what>}: {@code review.fetched} (the item was given to the reviewer's program, possibly
 * ahead), {@code review.seen} (it was displayed), {@code picture.fetched} (a picture was given out), {@code
 * picture.explained} (maps of it were), {@code review.decided}, {@code review.undone} and so on. Rows cannot be taken
 * out, so none holds what an erasure has to take out: no id of an image, no content hash, no words, and no name but of
 * those who work here; see {@link io.bulwark.stream.review}.
 *
 * <p>The log has a partition a month. {@link io.bulwark.stream.auditlog.AuditRetention} drops the oldest ones where a
 * setting says so: it checks their rows, signs the end of each tenant's chain there (a {@link
 * io.bulwark.schemas.auditlog.Checkpoint}), and a function of the owner drops months whose checkpoints match the rows.
 * The signature is Ed25519 under a key that the database does not have, so who owns the database alone cannot shorten
 * the log unseen.
 *
 * <p>Anchors leave the database by themselves, to {@code moderation.audit-anchors}: the owner of the database could
 * write another log, but not records of Kafka. A missing topic costs the anchors and a line in the log each time, not
 * the start.
 *
 * <pre>{@code
 * AuditLog.append(handle, tenant, "anna", "review.decided", "item/" + id, Map.of("decision", "NSFW"));
 * }</pre>
 */
package io.bulwark.stream.auditlog;
