/**
 * Delivers decisions to receivers that do not read Bulwark's topics: webhooks, Coop, and Osprey's own topic. A
 * receiver's protocol is one class; order, retries and metrics are the same for all of them.
 *
 * <pre>{@code
 * var shop = new Receiver.Destination("webhooks.shop", new Webhook(...), atOnce, attempts, timeout);
 * new DeliveryLoop(shop, names, consumers, new HttpPost(timeout, clock), undelivered, meters, backoff).start();
 * }</pre>
 *
 * <h2>What is promised</h2>
 *
 * <p>Each event is delivered at least once: an offset is committed after its event was taken, or written to {@code
 * moderation.undelivered}. An event that was taken and not yet committed at a crash is sent again, with the same id:
 * topic, partition and offset of its record. The events of one image are delivered in order; images do not wait for
 * each other. Exactly once is impossible over HTTP, so receivers drop ids that they know.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>In moderation-stream's instances, not in a separate program.</b> A receiver is a thread, a consumer group and
 * at most 8 MB of events; the group spreads the partitions over the instances. A separate program would be one more
 * image, Deployment, set of rights and alert for every operator who wants a webhook, and the state of the others would
 * still be here. The cost is that this application connects to the outside: therefore there are no receivers by
 * default, and addresses come from settings alone.
 *
 * <p><b>A group for each receiver.</b> A slow one has its own lag and delays neither other receivers nor the topology.
 *
 * <p><b>Two kinds of failure.</b> A receiver that is away (no answer, 5xx, 401, 429, anything that does not reject the
 * event) is retried without limit: the topic keeps what it misses, and compaction keeps the last decision on each
 * image, of forgotten ones for two weeks. It gets one event at a time
 * ({@link io.bulwark.stream.outbound.DeliveryMeters.ReceiverHealth}). An event that is refused (400 and similar), or
 * fails with 500 or no answer again while others pass, is set aside after {@code attempts}, so that it delays its image
 * for minutes and then its partition's offset no longer.
 *
 * <p><b>Setting aside is a record, and so is the order to try again.</b> {@code bulwark undelivered --again} writes to
 * the topic that it reads from, {@code moderation.undelivered}; the loops read the orders there. No instance has to be
 * found and called, and an event that is sent again keeps its id.
 */
package io.bulwark.stream.outbound;
