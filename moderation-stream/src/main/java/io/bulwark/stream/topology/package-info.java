/**
 * What is kept of verdicts and audits, as a Kafka Streams topology. Nothing here knows Quarkus, HTTP or a clock of its
 * own; {@link io.bulwark.stream.topology.ModerationTopology} is the entrance.
 *
 * <pre>
 * moderation.verdicts ─────► read ─┬─► latest-verdicts ──┬─► uploader-deltas ─► uploader-windows ─► moderation.uploader-stats
 * moderation.attack-audit ─► read ─┼─► audits-by-image ──┤   (both repartitioned by uploader)
 *                                  │                     └─► uploader-audits ─► audits-by-uploader
 *                                  └─► moderation.dead-letters
 * </pre>
 *
 * <h2>Decisions</h2>
 *
 * <p><b>Bytes in, dead letters out.</b> Kafka Streams 4.1 has no dead-letter topic of its own (KIP-1034 comes later),
 * and a deserialization handler cannot write in the task's transaction. So the sources read bytes, the first processor
 * decodes, and what cannot be read leaves through an ordinary sink: input offset, state and dead letter are one
 * transaction.
 *
 * <p><b>Which verdict is in force</b> is one pure function, {@link io.bulwark.stream.topology.Precedence}.
 *
 * <p><b>Statistics count the verdict in force.</b> A verdict that takes the place of another for the same upload moves
 * its count within the window in which the upload was first decided. The library's windowed aggregations only add, so
 * the windows are kept by an own processor: the verdict's processor, which knows the old and the new, sends the
 * difference to the uploader's partition.
 *
 * <p><b>Time.</b> Windows follow {@code decidedAt}, but never lie ahead of the record's own timestamp: a window store
 * drops what is older than the newest window it saw, so that one clock gone wrong would empty it.
 */
package io.bulwark.stream.topology;
