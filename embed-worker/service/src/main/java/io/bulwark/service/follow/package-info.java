/**
 * What decides, followed live: bank, policies and flagged index, each read whole from its compacted topic before the
 * first verdict and record by record from then on. {@link io.bulwark.service.follow.TopicFollower} has the thread and
 * the consumer, a {@link io.bulwark.service.follow.TopicFollower.Followed} says what the records of one topic mean, and
 * a {@link io.bulwark.service.follow.SnapshotHolder} has the snapshot in use, which a thread borrows for all images
 * that it decides together, so that no verdict is a mixture of two.
 *
 * <pre>{@code
 * try (TopicFollower follower = new TopicFollower("bulwark-policies", consumers, policies, Duration.ZERO, clock, watch)) {
 *     follower.start();
 *     holder.borrow().ifPresent(loan -> ...);
 * }
 * }</pre>
 *
 * <p><b>Bank.</b> A bank that would give every image the same answer is not lent. Whether a policy flags some of its
 * labels and not others is checked by {@link io.bulwark.service.follow.PolicySnapshot} with each snapshot of either. A
 * twin has a reader and a holder: the same topic and bank name, the references of its fingerprint.
 *
 * <p><b>Policies.</b>
 *
 * <ul>
 *   <li><b>A policy decides only where it was made.</b> Scores of another bank, model or way of cutting views mean
 *       something else. Of a tenant's record a worker takes the newest policy, of the one in force and those before it,
 *       that was made for what the worker has: during the roll-out of a new model, old and new workers each have
 *       theirs.
 *   <li><b>From the narrow to the wide.</b> The tenant's record, else that of tenant {@code default}, else the worker's
 *       settings. A record that only proposes leaves its tenant with the policy that it had. An installation without
 *       records, or without the topic, is decided by its settings.
 *   <li><b>Fail safe, not open.</b> A record that cannot be read, or that holds numbers that cannot be, leaves the
 *       tenant with the last usable one. Falling through to the next wider policy was rejected: a mere mistake would
 *       take a tenant's strict policy away. If no earlier one is known, or nothing was made for the worker, it gives no
 *       verdict at all and says which tenant, what differs and which command fixes it.
 *   <li><b>A verdict names the version that the document has.</b> It is a hash of the settings when {@code bulwark
 *       policy} wrote it; a later release may hash them otherwise, and people look up what the document says.
 * </ul>
 *
 * <p><b>Flagged index.</b> What lies near is {@link io.bulwark.perception.flagged}'s to say.
 *
 * <ul>
 *   <li><b>No verdict before the topic was read to its end</b>: else a restart would be the gap to upload in.
 *   <li><b>A missing topic is an empty one.</b> A worker may be updated before the topic is made. The snapshot in use
 *       stays if the topic goes, or cannot be read: an old index holds back too much rather than too little.
 *   <li><b>A record that cannot be used changes nothing.</b> It is logged, counted and left out, and the entry under
 *       its key stays until a readable record replaces or removes it: the index must not open because a writer is
 *       broken or a schema registry is away. A record whose schema may be had later is asked for again, and so is what
 *       follows it.
 *   <li><b>A record of another encoder removes the entry under its key</b>: it was computed again, and this worker
 *       cannot compare with it.
 * </ul>
 */
package io.bulwark.service.follow;
