/**
 * From neighbours to a decision, and the settings that a bank is calibrated to.
 *
 * <p>What may enter: pure functions of evidence and settings. Nothing here sees a picture or a model.
 *
 * <pre>{@code
 * VerdictPolicy policy = new VotingPolicy(PolicySettings.flagging(Set.of("weapons")));
 * Judgement judgement = policy.decide("default", List.of(new Opinion("whole", near, Map.of())));
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>The worst view decides.</b> NSFW is worse than REVIEW, REVIEW worse than SAFE; among equals the higher score.
 *       Averaging over views was rejected: it lets a large harmless part hide a small flagged one.
 *   <li><b>The bank decides wherever it is near.</b> A classifier head is asked only below the similarity floor: heads of
 *       robust encoders keep the classes they were trained for, the bank has those of its owner.
 *   <li><b>A similarity floor, not a distance-scaled score.</b> Far neighbours all have near-equal weights, so that the
 *       vote alone would sound sure of what it has never seen.
 * </ul>
 */
package io.bulwark.perception.verdict;
