/**
 * Decisions of people: one SQL transaction checks the claim and the content and writes decision, item, audit-log row and,
 * where the decision holds, its row of the outbox. The outbox is published to {@code moderation.reviews}, from which
 * moderation-stream makes {@code moderation.decisions}. An approved proposal is published to {@code
 * moderation.references} the same way, and a ruling on a campaign to {@code moderation.campaign-rulings}.
 *
 * <h2>Decisions</h2>
 *
 * <p><b>Rows are only added.</b> An undo is a row too. The decision in force is what the item's rows say, read in their
 * order; nobody can change afterwards who decided what.
 *
 * <p><b>An undo restores.</b> What is published is a new decision of a person with the decision that held before: that of
 * an earlier person, or REVIEW. Somebody who undid a mistake has the item in their hands again.
 *
 * <p><b>A grave label or a sample needs two people.</b> The first decision is then a proposal, which is not published; the
 * machine's decision holds meanwhile. If the second reviewer agrees, it holds; if not, a senior decides.
 *
 * <p><b>The outbox is published exactly once.</b> One instance publishes, for it holds an advisory lock. It sends a batch
 * in a Kafka transaction that also commits, as the metadata of an offset of a consumer group, the ids of the batch's rows;
 * the rows go in the SQL transaction that is open meanwhile. If it dies in between, the next publisher removes the rows
 * that the mark names, commits that, and only then sends another batch, whose mark replaces this one: so of any number of
 * failed commits none sends a row twice. A position up to which all is sent was rejected: a row with a lower position may
 * commit later. A reader at {@code read_committed} sees every decision once; one at {@code read_uncommitted} can drop
 * duplicates by the decision id.
 *
 * <p><b>The mark names rows by ids that the database makes.</b> The id of a decision is the client's. One that another item
 * of the tenant has is refused as a conflict; another tenant may use the same.
 */
package io.bulwark.stream.review.decide;
