/**
 * The queue: what waits for people. An item is one content of one image of one tenant, so the same upload is never two
 * people's work at once, and another picture under the same id is another item.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>Rank, not priority.</b> An item's rank is the time at which it arrived less a head start ({@link
 * io.bulwark.stream.review.queue.HeadStart}); the smallest is served first. Age counts without any row being touched: an
 * item that nobody reports is overtaken only by what arrives within another's head start of it, so none waits for ever.
 *
 * <p><b>A lease is three columns of the item.</b> It is taken with {@code FOR UPDATE SKIP LOCKED}, so that two reviewers
 * who claim at once get two items and neither waits. A lease that has run out is no lease: the next claim takes the item in
 * the same instant, and no sweeper has to run. The database's clock alone tells the time.
 *
 * <p><b>Golden items are copies for one reviewer.</b> A claim is now and then answered with an item whose answer is known.
 * It looks like every other item, and what is decided of it is measured and never published.
 */
package io.bulwark.stream.review.queue;
