/**
 * The audit log's chain: which bytes of a row are hashed, and how a reader checks the rows without trust in the
 * database. It lies with the contracts, for moderation-stream writes it and the {@code bulwark} command, or another
 * program, reads it.
 *
 * <h2>The bytes</h2>
 *
 * <p>A row's hash is the SHA-256 of, in this order:
 *
 * <ol>
 *   <li>the 15 bytes {@code bulwark-audit-1} in ASCII;
 *   <li>the 32 bytes of the hash of the tenant's row before it; 32 zero bytes for the first;
 *   <li>the position, from 1 on, as 8 bytes, most significant first;
 *   <li>the time in microseconds since 1970-01-01T00:00:00Z, likewise;
 *   <li>tenant, actor, action, subject and details, each as its length in bytes (4 bytes, most significant first) and
 *       its UTF-8.
 * </ol>
 *
 * <p>Lengths rather than canonical JSON (RFC 8785): no text can be moved from one field to the next, and no reader
 * needs the number formatting of ECMAScript. The details of a row are JSON, but they are hashed as the text that was
 * written.
 *
 * <p>The chain shows what was edited, dropped, doubled or reordered between its first row and an anchor. It does not
 * show rows that were never written, nor what follows the last anchor: the owner of the database could cut the end
 * off and write another. So the anchors leave the database, and a check says how many rows no anchor covers.
 *
 * <p>Rows before a {@link io.bulwark.schemas.auditlog.Checkpoint} may be missing: it says, signed with Ed25519, what
 * the chain was there when it was checked.
 */
package io.bulwark.schemas.auditlog;
