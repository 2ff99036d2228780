/**
 * Consume, transform, produce: exactly one verdict for each upload event, whatever dies in between.
 *
 * <p>One thread owns the consumer. It polls, sends records into the pipeline, and as soon as the oldest unanswered
 * records of a partition have outcomes, begins a commit: those outcomes (a verdict with its audits, or a dead letter)
 * and the partition's new offset in one transaction, on a thread beside it, one at a time. A record is answered if and
 * only if its offset is committed; everything else follows from that:
 *
 * <ul>
 *   <li>Whatever goes wrong with a transaction, whether or not the broker applied it, the loop makes a new producer
 *       under the same transactional id, whose {@code initTransactions} settles the old transaction, then asks the
 *       group for the committed offsets and reads on from there.
 *   <li>The transactional id is new with each start of a worker unless {@code bulwark.kafka.instance} gives it a
 *       lasting name. It does not fence another worker; the group's generation does, which {@code
 *       sendOffsetsToTransaction} carries (KIP-447): a worker that was thrown out of the group cannot commit. With a
 *       lasting name a restarted worker also settles its predecessor's open transaction at once, where otherwise the
 *       transaction timeout does.
 *   <li>A commit that is refused for the group's generation alone abandons nothing. It was begun with what the group
 *       said before a rebalance; it is aborted, and the same is committed as the group knows this worker now.
 *   <li>An upload that cannot be answered yet (a schema that may still come, a bank that may not be used) goes back to
 *       its offset and is read again after a pause, together with what was read of its partition after it. Other
 *       partitions go on.
 *   <li>An upload whose location is not fetched promptly is answered by a hand-over: it goes to {@code images.deferred}
 *       in the transaction that commits its offset, and is answered from there.
 *   <li>A partition that is revoked is first committed as far as it is answered; what is still in flight is dropped and
 *       done by its next owner, who cannot see its offset before our transaction is settled (consumers ask for stable
 *       offsets, KIP-447).
 * </ul>
 *
 * <p><b>Two lanes.</b> Answers are committed in order, so that an upload at a slow host would hold up its partition and
 * soon the worker. Each worker has two loops of this code ({@link io.bulwark.service.loop.LoopSettings.Lane}): one for
 * {@code images.uploaded}, one for {@code images.deferred}, each with its own group, transactional id and bounds.
 * Verdicts, audits and dead letters of the second name where the upload was first ({@link
 * io.bulwark.schemas.topic.UploadOrigin}). Rejected: answers out of order with a bitmap of them in the offset's
 * metadata, which has room for 4,096 characters, would show KEDA a lag that is none, and would be answered twice by
 * workers of an older release during a roll-out.
 *
 * <p><b>An upload that kills.</b> Since its offset is never committed, an upload over which a process dies would be
 * read by the partition's next owner, and bring down the group one by one. So each committed offset says in its
 * metadata whether a worker has its partition ({@link io.bulwark.service.loop.OffsetMark}), and {@link
 * io.bulwark.service.loop.PoisonBreaker} keeps to this:
 *
 * <ul>
 *   <li>No record of a partition goes on its way before the partition is marked open, which is one transaction at
 *       assignment. Every commit repeats the mark, and a partition that is revoked or drained is closed.
 *   <li>A worker that finds a partition left open by another incarnation tries the uploads that it may have had in
 *       flight, one at a time and with nothing beside it in the whole worker, each after a mark with its offset is
 *       committed. The mark for the next one travels with the answer to the last.
 *   <li>A worker that finds such a mark tries that upload once more before all others, again after a mark; one that
 *       finds the mark of a second trial refuses the upload. Its event is read for the verdict, and its file is
 *       compared with hash lists where labels are restricted, again after a mark: who dies even over this leaves a dead
 *       letter to the next, who reads nothing.
 * </ul>
 *
 * <p>A worker that is stopped while one of its threads hangs ({@link io.bulwark.service.lifecycle.ThreadWatch}) and
 * uploads are in flight closes nothing either: whatever watches over it ends it in order, and the upload would hang the
 * next one.
 *
 * <p>A worker that is thrown out of its group (stopped, or cut off) cannot close anything, and counts as dead, as does
 * one that is killed from outside. One such end condemns nothing. With a single trial twenty kills among 2,000 uploads
 * had cost 13 their verdict, since a worker that takes over is nearly always at a trial; two ends during the trials of
 * one upload, which is the first thing that the next worker does, still refuse it. That fails closed. Weighed and left:
 * a separate topic for this state, which an owner would have to read to its end before its first record; the exact
 * offsets in flight instead of their greatest number, which would need a transaction before each poll; and halving the
 * suspects instead of one at a time, which is quicker but needs more deaths.
 *
 * <p>Suspects of a partition are at most as many as may be in flight, and none lies behind what it held when it was
 * taken over; a dead worker's partitions are each taken for full, since their shares are unknown. One that cannot be
 * tried now, since the registry is away for example, is left aside, and others go on meanwhile.
 *
 * <p>For a trial of uploads the loop of the deferred ones rests ({@link io.bulwark.service.loop.ExclusiveTrial}). It
 * does not work the other way round, or everybody would wait for the slow hosts of suspects after all: deferred
 * suspects are tried one at a time among themselves, beside uploads without suspicion. What kills of those is found
 * first by the other loop, whose trials come before, and a mark counts a death only while its suspect is in flight. So
 * an innocent deferred upload is refused only if two other deaths fall into its two trials, as with kills from outside.
 * Deferred suspects at slow hosts are waited for one after the other.
 *
 * <p>Assignment is cooperative and sticky: a worker that joins or leaves moves only the partitions that must move,
 * and the others go on during the rebalance. The classic protocol is used, because its consumer runs on the caller's
 * thread: a rebalance callback waits there for the commit under way, and nothing else is in its way. KIP-848's protocol
 * would save a stop of the group that cooperative assignment does not make anyhow. A partition that came is begun as
 * soon as the broker says its committed offset, which after the death of its last owner it does not before it has ended
 * the open transaction; partitions that have theirs do not wait for it ({@link io.bulwark.service.loop.TakeOver}).
 *
 * <p><b>When to commit.</b> Commits were made between polls at first, which kept callbacks and transactions apart
 * without a word; but the broker's answers, five round trips for a commit, then held up what could be read and decoded
 * meanwhile, and a topic without metadata held the loop for 15 s for each record. Beside polling, answers that come
 * during a commit share the next, which paces itself: the slower the broker, the fuller the transactions. That left
 * nearly each upload at half of the capacity a separate transaction, which cost the broker alone some 4 ms of CPU
 * instead of 0.6, and queueing for cores is what the slowest uploads wait for. So commits rest: under a backlog for
 * long, but not so long that the pipeline runs dry, for answers that wait hold the places of uploads to come; without
 * one for some milliseconds, and only while other uploads are worked on whose answers may join ({@link
 * io.bulwark.service.loop.CommitPacing}).
 *
 * <p>Quarkus's own messaging was not used: the transactions of its Kafka connector (SmallRye 4.33) report success after
 * a failed commit whose abort succeeded, reject a whole batch for one bad record, and write dead letters outside of the
 * transaction.
 */
package io.bulwark.service.loop;
