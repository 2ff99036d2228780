/**
 * Connects the processors into one Kafka Streams topology. None of them depends on Quarkus, HTTP or the system clock;
 * {@link io.bulwark.stream.topology.ModerationTopology} is the entrance.
 *
 * <pre>
 * moderation.verdicts, moderation.reviews, moderation.erasures ─► read ─┬─► decisions ─┬─► moderation.decisions
 * images.uploaded ─► (repartitioned by image) ──────────────────────────┘      ▲       ├─► tombstones
 * moderation.holds ─► holds, on every instance ────────────────────────────────┘       │
 * moderation.attack-audit ─► read ─► audits-by-image ─┬─► audits-by-uploader ◄─────────┤
 *                                                     └─► uploaders ◄──────────────────┘
 *                                                           │  (both repartitioned by uploader)
 *                                                           ├─► moderation.uploader-stats
 *                                                           └─► moderation.uploader-actions
 * decisions, moderation.embeddings ─► flagged-sightings ─► (repartitioned by tenant) ─► flagged ─► moderation.flagged
 * audits, people's decisions, moderation.campaign-rulings ─► (repartitioned by tenant) ─► campaigns
 *     campaigns ─► moderation.campaigns, moderation.reviews
 * what cannot be read ─► moderation.dead-letters
 * </pre>
 *
 * <h2>Decisions</h2>
 *
 * <p><b>Bytes in, dead letters out.</b> Kafka Streams 4.1 has no dead-letter topic (KIP-1034 comes later),
 * and a deserialization handler cannot write in the task's transaction. So the sources read bytes, the first processor
 * decodes, and what cannot be read leaves through an ordinary sink: input offset, state and dead letter are one
 * transaction.
 *
 * <p><b>What holds for an image</b> is one pure function, {@link io.bulwark.stream.decision.Precedence}.
 *
 * <p><b>Statistics count what holds.</b> The processor that knows the old and the new decision sends the difference to
 * the uploader's partition. The library's windowed aggregations only add, and drop what is late by stream time; so the
 * windows are kept by an own processor, and are late by the task's clock alone.
 *
 * <p><b>Time.</b> Windows follow when the broker took an upload in, which no producer's clock can move and no backlog
 * shifts. A verdict of a worker that does not write that yet is counted when it was decided.
 *
 * <p><b>Nothing waits for a schema.</b> What cannot be read yet is parked, see {@link io.bulwark.stream.state}. The
 * sinks' schemas are named by the registry before the client starts ({@link
 * io.bulwark.stream.topology.ModerationTopology#prepare}), so that a sink never waits for it either.
 *
 * <p><b>Traces.</b> Kafka Streams hands a record's headers on where a step makes one record of another, and drops them
 * where a processor makes a new one; a repartition topic keeps them. So the processor of decisions puts the headers
 * that name the trace, and no others, on what it says holds: on a decision, and on the tombstone that an erasure makes.
 * What sums up many images (statistics, actions, campaigns, flagged contents) names no trace, and neither does what a
 * clock makes (expiry): it would be the trace of any one of them. A parked record keeps its trace in the state. The
 * topology makes no spans: a transaction that is undone would leave its own behind, and a stream thread has no time for
 * them.
 *
 * <p><b>Expiry</b> follows the brokers' time ({@link io.bulwark.stream.state.ClockedProcessor.TaskClock}), never this
 * machine's clock alone: a node a month ahead would forget people's decisions. It uses an index by age ({@link
 * io.bulwark.stream.state.AgeIndex}) in place of a scan: it costs what expires, and removes twice as many as came.
 */
package io.bulwark.stream.topology;
