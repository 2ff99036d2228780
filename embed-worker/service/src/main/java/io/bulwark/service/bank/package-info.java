/**
 * The bank as the worker holds it: read whole from the compacted topic of references before the first verdict, and
 * followed from then on.
 *
 * <p>{@link io.bulwark.service.bank.FollowedBank} builds, on the thread that reads; what it builds lies on
 * {@link io.bulwark.service.bank.BankShelf}, from where the inference thread borrows it for one batch. A bank that
 * would give every image the same answer is not lent. Whether a tenant's policy flags some of its labels and not others is
 * for {@link io.bulwark.service.policy.PolicySnapshot} to say, since either may change without the other.
 *
 * <p>A twin has a reader and a shelf of its own: the same topic and bank name, the references of its own fingerprint.
 * {@link io.bulwark.service.lifecycle.VerdictGate} says when verdicts may begin.
 */
package io.bulwark.service.bank;
