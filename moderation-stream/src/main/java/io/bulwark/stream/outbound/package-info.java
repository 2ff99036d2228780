/**
 * Tells neighbours that do not read Kafka what was decided. What enters is a neighbour's own protocol; how it is told at
 * all, in which order and how often, is the same for all of them.
 *
 * <pre>{@code
 * var neighbour = new Neighbour("webhooks.shop", new Webhook(...), atOnce, attempts, timeout);
 * new DeliveryLoop(neighbour, consumers, new HttpPost(timeout, clock), setAside, tally, patience).start();
 * }</pre>
 *
 * <h2>What is promised</h2>
 *
 * <p>Each event is delivered at least once: an offset is committed after its event was taken, or written to {@code
 * moderation.undelivered}. What was taken and not yet committed at a crash comes again, with the same id: topic, partition
 * and offset of its record. The events of one image come in order; images do not wait for each other. Exactly once is not
 * to be had over HTTP, so receivers drop ids that they know.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>In moderation-stream's instances, not in a program of its own.</b> A neighbour is a thread, a consumer group and 8 MB
 * of events at most; the group spreads the partitions over the instances that are there. A program of its own would be one
 * image, one Deployment, one set of rights and one alert more for everybody who wants a webhook, and the state of the others
 * would still be here. What speaks for it is that this application now talks to the outside: that is why nobody is told
 * anything unless a setting names them, and why addresses come from settings alone.
 *
 * <p><b>A group for each neighbour.</b> A slow one has a lag of its own and holds nobody up, the topology least of all: the
 * decisions that are told have been written, and nobody waits for this room.
 *
 * <p><b>Two kinds of failure.</b> A neighbour that is away (no answer, 5xx, 401, 429, anything that does not speak of the
 * event) is waited for, however long: the topic keeps what it misses, and compaction leaves it the last word on each image,
 * of forgotten ones for two weeks.
 * It is asked with one event at a time ({@link io.bulwark.stream.outbound.Health}). An event that is refused (400 and its
 * like), or fails with 500 or no answer again while others pass, is set aside after {@code attempts}, so that it holds up its image for minutes
 * and its partition's offset no longer.
 *
 * <p><b>Setting aside is a record, and so is the order to try again.</b> {@code bulwark undelivered --again} writes to the topic
 * that it reads from, {@code moderation.undelivered}; the loops read the orders there. No instance has to be found and
 * called, and what is sent again keeps its id.
 */
package io.bulwark.stream.outbound;
