/**
 * Whose policy is in force: read whole from the compacted topic of policies before the first verdict, and followed from
 * then on.
 *
 * <p>{@link io.bulwark.service.policy.PolicyShelf} is where they lie, as one {@link
 * io.bulwark.service.policy.PolicySnapshot} for all tenants that is replaced whole; whoever decides takes it once for all
 * images that are decided together, so that no verdict is a mixture of two. What may enter: who decides by what, and what
 * that was made for.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>A policy decides only where it was made.</b> Scores of another bank, model or way of cutting views mean
 *       something else. Of a tenant's record a worker takes the newest policy, of the one in force and those before it, that
 *       was made for what the worker has: while a new model is rolled out, old and new workers each have theirs.
 *   <li><b>From the narrow to the wide.</b> The tenant's record, else that of tenant {@code default}, else the worker's
 *       settings. A record that only proposes leaves its tenant with what it had. An installation without records, or
 *       without the topic, is decided by its settings, as before there was a topic.
 *   <li><b>Fail safe, not open.</b> A record that cannot be read, or that holds numbers that cannot be, leaves the tenant
 *       with the last that could. Falling through to the next wider policy was rejected: it would take a tenant's strict
 *       policy away by a mere mistake, or by whoever can spoil a record. Where no earlier one is known, and where nothing was
 *       made for the worker, it gives no verdict at all and says which tenant, what differs and which command mends it.
 *   <li><b>A verdict names the version that the document has.</b> It is a hash of the settings when {@code bulwark policy}
 *       wrote it; a later release may hash them otherwise, and people look up what the document says.
 *   <li><b>Labels are checked against bank and policy together</b>, with each snapshot of either: a policy that flags none
 *       of the bank's labels, or all, would give every image one answer.
 * </ul>
 */
package io.bulwark.service.policy;
