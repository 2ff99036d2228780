/**
 * Every verdict as it arrives, for people who watch.
 *
 * <p>The state stores of an instance hold the partitions that this instance was given; a feed must show all. So each
 * instance has one more consumer, {@link io.bulwark.stream.feed.VerdictTail}, in no group, of all partitions, from near
 * their ends, read_committed. It fills {@link io.bulwark.stream.feed.VerdictFeed}: a ring of the latest verdicts, which
 * also answers {@code GET /api/verdicts}, and the clients that watch.
 *
 * <p>A place in the feed is a {@link io.bulwark.stream.feed.FeedCursor}: the next offset of each partition. It means the
 * same on every instance, so a browser that is sent to another instance by a load balancer goes on where it stopped.
 *
 * <p>The tail does not apply {@code Precedence}: it shows what happens, the stores say what is in force. What cannot be
 * read is left out here; the topology sets it aside.
 */
package io.bulwark.stream.feed;
