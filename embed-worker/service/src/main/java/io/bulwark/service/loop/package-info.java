/**
 * Consume, transform, produce: exactly one verdict for each upload event, whatever dies in between.
 *
 * <p>One thread owns the consumer and the producer. It polls, sends records into the pipeline, and as soon as the oldest
 * unanswered records of a partition have outcomes, writes those outcomes (a verdict with its audits, or a dead letter)
 * and the partition's new offset in one transaction. A record is answered if and only if its offset is committed;
 * everything else follows from that:
 *
 * <ul>
 *   <li>Whatever goes wrong with a transaction, whether or not the broker applied it, the loop makes a new producer under
 *       the same transactional id, whose {@code initTransactions} settles the old transaction, then asks the group for
 *       the committed offsets and reads on from there.
 *   <li>The transactional id is new with each start of a worker unless {@code bulwark.kafka.instance} gives it a lasting
 *       name. It does not fence another worker; the group's generation does, which {@code sendOffsetsToTransaction}
 *       carries (KIP-447): a worker that was thrown out of the group cannot commit. With a lasting name a restarted
 *       worker also settles its predecessor's open transaction at once, where otherwise the transaction timeout does.
 *   <li>A partition that is revoked is first committed as far as it is answered; what is still in flight is dropped and
 *       done by its next owner, who cannot see its offset before our transaction is settled (consumers ask for stable
 *       offsets, KIP-447).
 * </ul>
 *
 * <p>Assignment is cooperative and sticky: a worker that joins or leaves moves only the partitions that must move,
 * and the others go on during the rebalance. The classic protocol is used, because its consumer runs on the caller's
 * thread, so that rebalance callbacks and transactions cannot interleave; KIP-848's protocol would save a stop of the
 * group that cooperative assignment does not make anyhow.
 *
 * <p>Quarkus's own messaging was not used: the transactions of its Kafka connector (SmallRye 4.33) report success after
 * a failed commit whose abort succeeded, reject a whole batch for one bad record, and write dead letters outside of the
 * transaction.
 */
package io.bulwark.service.loop;
