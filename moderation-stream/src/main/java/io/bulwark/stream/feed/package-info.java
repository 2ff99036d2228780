/**
 * Every verdict and every attack audit as it arrives, for people who watch.
 *
 * <p>The state stores of an instance hold the partitions that this instance was given; a feed must show all. So each
 * instance has one more consumer for each of the two topics, {@link io.bulwark.stream.feed.FeedTail}, in no group, of
 * all partitions, from near their ends, read_committed. They fill {@link io.bulwark.stream.feed.VerdictFeed}: a ring of
 * the latest verdicts, which also answers {@code GET /api/verdicts}, another of the latest audits, so that a wave of
 * audits pushes no verdict out, and the clients that watch.
 *
 * <p>A place in the feed is a {@link io.bulwark.stream.feed.FeedCursor}: the next offset of each partition. It means
 * the same on every instance, so a browser that is sent to another instance by a load balancer goes on where it
 * stopped. A worker commits an audit with its verdict, but the two are read by two consumers: either may be shown
 * first.
 *
 * <p>A client is shown the records of its tenant alone, as its {@link io.bulwark.stream.feed.FeedEvent.FeedFilter}
 * selects them. Events are lined up for each client under one lock, which makes their order, and sent outside of it: a
 * slow connection delays neither the tails nor other clients.
 *
 * <p>The tails do not apply {@code Precedence}: they show what happens, the stores say what is in force. What cannot be
 * read is left out here; the topology sets it aside.
 */
package io.bulwark.stream.feed;
