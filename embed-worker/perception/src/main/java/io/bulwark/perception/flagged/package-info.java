/**
 * The flagged index as a worker has it: what is NSFW in force, so near to which no upload is SAFE.
 *
 * <pre>{@code
 * try (FlaggedIndex index = FlaggedIndex.of(contentsByTenant)) {
 *     Optional<NearFlagged.Held> held = rule.hold(index, List.of(decided)).get(0);
 *     ScoredImage published = held.map(NearFlagged.Held::scored).orElse(scored);
 * }
 * }</pre>
 *
 * <p>The attacker that it answers has many accounts and any number of queries, sees decisions (and may see scores), and knows
 * encoder, policy and this code. They start from a picture that was called NSFW once and move it, in pixels, towards SAFE:
 * boundary attacks, random search, transferred perturbations. Each step lies near the source in the robust metric unless the
 * robust embedding itself is moved further than the bound, and near the source nothing is SAFE. It does not stop an
 * attacker whose picture was never called NSFW: until the first NSFW is in force and was read by every worker, the
 * index knows nothing. Nor does it stop an unbounded change that moves the robust embedding out of the bound, nor
 * attacks on other models than the one whose embeddings it holds.
 *
 * <p>What may enter: pure functions of entries, embeddings and a bound. Nothing here reads a topic.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>The worker gives no sign.</b> What is held back is REVIEW for the reason UNCERTAIN like any other, with a score
 *       between the thresholds that is drawn from the file, not from the true score: a score that follows the true one would
 *       be the gradient that the attack needs. The true one stands in the audit alone.
 *   <li><b>Only SAFE is changed.</b> A graver decision stands as it is.
 *   <li><b>The bound is an angle from an entry's centre, at least as wide as merging may make an entry</b> ({@link
 *       io.bulwark.perception.flagged.FlaggedContents.FlaggedEntry#WIDEST}). It is calibrated on the distance to every
 *       content, and a centre is one of them, so its promise holds whatever is merged. To add an entry's radius to the
 *       bound instead, and to calibrate with every entry at its widest, leaves an entry of one content, which most are,
 *       0.1 radians less.
 *   <li><b>Plain views are not compared.</b> Any black picture lies in the entry of another one. Entries of such views that
 *       were made before stay until they are too old; nothing that is compared is near them but what is nearly plain itself.
 *   <li><b>One search per tenant by the bank's machinery</b> ({@link io.bulwark.perception.rows}), then exact.
 * </ul>
 */
package io.bulwark.perception.flagged;
