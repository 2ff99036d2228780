/**
 * Review: people look at what a machine is not sure of, or was wrong about, and decide. All of it is rows in
 * PostgreSQL; it is filled from Kafka by {@link io.bulwark.stream.review.intake.IntakeLoop} and leaves through {@link
 * io.bulwark.stream.review.Outbox}.
 *
 * <h2>The queue</h2>
 *
 * <p>An item is one content of one image of one tenant, so the same upload is never two people's work at once, and
 * another picture under the same id is another item.
 *
 * <p><b>Rank, not priority.</b> An item's rank is the time at which it arrived less a head start; the smallest is
 * served first. Age counts without any row being touched: an item is overtaken only by what arrives within another's
 * head start of it, so none waits for ever. What has a deadline counts as arrived eight hours before it at the latest
 * ({@code V29__deadlines_first.sql}): by head starts alone a team of fourteen decided all that was due in an hour
 * before what was due in ten minutes, because its scores were higher.
 *
 * <p><b>Named queues are a column, and the database fills it.</b> Rules are rows of {@code review_queue}; a trigger
 * routes an item whenever its rank is written, so that all writers, older versions too, route alike and no statement of
 * the intake knows of queues. The rank includes the queue's head start, so one order holds across queues. A change of
 * rules counts up the tenant's version, and {@link io.bulwark.stream.review.QueueRouting#keepUp} writes the ranks of
 * items of earlier versions again, page by page. A claim tries one queue after another, each by its index: locking the
 * first item of every queue at once was rejected, because a claim beside it would find nothing.
 *
 * <p><b>What a worker said of an upload lies beside the queue.</b> {@link io.bulwark.stream.review.intake.VerdictIntake} writes
 * attributes and perceptual keys to {@code upload_trait}; the trigger reads them there, and an item that is older than
 * its row is routed again. Columns of the item were rejected: a claim writes a row of {@code queue_item} and all its
 * indexes, and the key has sixteen entries in one. New fields of {@code ModerationDecision} were rejected: keys would
 * then stay on a compacted topic as long as the decision. Conditions of rules are the function {@code fits_rule}.
 *
 * <p><b>A lease is three columns of the item.</b> It is taken with {@code FOR UPDATE SKIP LOCKED}, so that two
 * reviewers who claim at once get two items and neither waits. The next claim takes an item whose lease has run out; no
 * sweeper runs. Only the database's clock counts.
 *
 * <p><b>A duty is a clock on an item, not a queue of its kind.</b> A row of {@code duty_case} keeps the times that held
 * when it began. The trigger that routes reads the open ones: it sets deadline and head start and hands the item to the
 * seniors; another one ends the clocks when the item is closed. So versions before duties keep them too, as long as they
 * do not take a notice up themselves. A further value of {@code ReportKind} was rejected: older readers would set such a
 * notice aside as a dead letter; with the optional field {@code duty} they read a report.
 *
 * <p><b>Draws look like doubts.</b> {@link io.bulwark.stream.promise.PromiseDraws} names outcomes that people see
 * whatever a worker decided. Their claims, like golden ones, show REVIEW, and they need two people.
 *
 * <p><b>Golden items are copies for one reviewer.</b> Some claims are answered with an item whose answer is known. It
 * looks like every other item; decisions on it are measured and never published.
 *
 * <h2>Decisions</h2>
 *
 * <p>One SQL transaction checks the claim and the content and writes decision, item, audit-log row and, where the
 * decision holds, its row of the outbox. The outbox is published to {@code moderation.reviews}, from which the topology
 * makes {@code moderation.decisions}. An approved proposal goes to {@code moderation.references} the same way, and a
 * ruling on a campaign to {@code moderation.campaign-rulings}, an action on an account to {@code
 * moderation.uploader-actions}.
 *
 * <p><b>Rows are only added.</b> An undo is a row too. The decision in force follows from the item's rows in their
 * order.
 *
 * <p><b>An undo restores.</b> It publishes a new decision of a person with the decision that held before: that of an
 * earlier person, or REVIEW. The person who undid it holds the item again.
 *
 * <p><b>A grave label or a sample needs two people.</b> The first decision is then a proposal, which is not published;
 * the machine's decision holds meanwhile. If the second reviewer agrees, it holds; if not, a senior decides.
 *
 * <p><b>The outbox is published exactly once.</b> One instance publishes, under an advisory lock. It sends a batch in a
 * Kafka transaction that also commits, as the metadata of an offset of a consumer group, the ids of the batch's rows;
 * the rows go in the SQL transaction that is open meanwhile. If it dies in between, the next publisher removes the rows
 * that the mark names, commits that, and only then sends another batch, whose mark replaces this one. A position up to
 * which all is sent was rejected: a row with a lower position may commit later. A reader at {@code read_committed} sees
 * every decision once; one at {@code read_uncommitted} can drop duplicates by the decision id.
 *
 * <p><b>A batch is of one lane.</b> Decisions, references and rulings share one; policies and actions on accounts have
 * theirs and come after it, and rest for half a minute after a failure. Topics keep their order, and a topic that refuses
 * policies holds up no decision. A transactional id for each lane was rejected: each needs rights and a mark.
 *
 * <p><b>The mark names rows by ids that the database makes.</b> The id of a decision is the client's. One that another
 * item of the tenant has is refused as a conflict; another tenant may use the same.
 *
 * <p><b>Copies follow a decision by its file.</b> {@link io.bulwark.stream.review.IdenticalCopies} looks up images of a
 * removed SHA-256 in the casebook. It is a job and no part of the intake, so that thousands of copies delay neither the
 * decision nor other records, and earlier and later ones go one way. The flagged index was rejected for it: its entries
 * age, and it holds back what lies near instead of deciding what is the same.
 * The casebook learns of people's decisions seconds later, so the job also asks the items, once more under the image's
 * lock. It locks the item before the removed file, as a decision does.
 *
 * <h2>References for the bank</h2>
 *
 * <p>They are made from {@code moderation.embeddings}; no picture is fetched or embedded here. The topic is read when a
 * proposal is approved and not kept a second time: approvals are rare, and the search begins near the time at which the
 * image came into the queue. A detail of an explicit picture may show a bare wall, and as a flagged reference it would
 * flag every bare wall, so further views become rows of the reference only where the curator names them.
 *
 * <h2>The casebook</h2>
 *
 * <p>The latest decision of every image, as rows that lists are made of. Emptied, it can be rebuilt from {@code
 * moderation.decisions}. Pages follow decision time and image id, newest first, and go on after the last row of the
 * page before (keyset paging). Every filter that may be used alone has an index in that order.
 *
 * <h2>Erasure and retention</h2>
 *
 * <p>Which tables hold something of an image or uploader is one list, in {@code R__personal_tables.sql}; a test
 * compares it with the columns of the database. Rows go by a function of the owner, so the application needs no right
 * to delete decisions. The audit log keeps its rows, so they name nothing that is to be erased: {@code item/<id>} or
 * {@code note/<id>} only. An item's id is a digest of tenant, image id and content hash: only those who have the
 * picture and know its id can tell that a row was about it. {@link io.bulwark.stream.review.Retention} deletes rows
 * after their settings' times, item by item, unless a legal hold keeps them.
 */
package io.bulwark.stream.review;
