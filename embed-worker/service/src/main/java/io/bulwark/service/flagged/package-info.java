/**
 * The flagged index, followed like a bank: read whole from {@code moderation.flagged} before the first verdict, and kept up
 * to date from then on. {@link io.bulwark.service.flagged.FlaggedShelf} is where the snapshot lies.
 *
 * <pre>{@code
 * try (TopicFollower follower = new TopicFollower("bulwark-flagged", consumers, followed, coalesce, clock, watch)) {
 *     follower.start();
 *     shelf.borrow().ifPresent(loan -> ...);
 * }
 * }</pre>
 *
 * <p>What may enter: what a record of that topic means for a worker. What lies near is {@link
 * io.bulwark.perception.flagged}'s.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>No verdict before the topic was read to its end</b>: else a restart would be the gap to upload in.
 *   <li><b>A topic that is not there is an empty one.</b> A worker may be updated before the topic is made. What was read
 *       before stays in use if the topic goes, or cannot be read: an old index holds back too much rather than too little.
 *   <li><b>A record that cannot be used changes nothing.</b> It is logged, counted and left out, and the entry under its key
 *       stays until a readable record replaces or removes it: the index must not open because a writer is broken or a schema
 *       registry is away. A record whose schema may be had later is asked for again, and so is what follows it.
 *   <li><b>A record of another encoder removes the entry under its key</b>: it was computed again, and this worker cannot compare
 *       with it.
 * </ul>
 */
package io.bulwark.service.flagged;
