/**
 * Signs of attacks on the moderation.
 *
 * <p>What may enter: detectors as pure functions of what was computed anyway, the calibration of their thresholds, and which
 * images are looked at. Nothing here sees a picture or a model, and nothing here changes a verdict.
 *
 * <pre>{@code
 * TwinCalibration calibrated = TwinCalibration.leaveOneOut(
 *         robustReferences, cleanReferences, policy, twinPolicy, UnaryOperator.identity(), 0.01);
 * TwinAuditor auditor = new TwinAuditor(calibrated.threshold());
 * TwinFinding finding = auditor.inspect(robust, clean, Drift.byView(robustEmbeddings, cleanEmbeddings));
 * if (finding.signal().fired()) { ... }
 * }</pre>
 *
 * <p>The first detector is the twin: the clean parent of the robust encoder sees the same views, in its own input size, and
 * decides by the same references in its own metric. An attack made against the public model moves the clean decision
 * and leaves the robust one; so where the two differ, an attack is likely.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Only where the decisions differ.</b> Twins that decide alike give no alarm, however far apart they see the
 *       image: an attack gained nothing.
 *   <li><b>Unanimity times drift.</b> Honest images near a boundary are decided differently, too. The score is therefore
 *       the distance between the two embeddings of the contested view, weighed by how far the robust encoder's neighbours
 *       agree: {@code (2s - 1)²} of its score s, one less the variance of the vote in units of the greatest. FARE trains
 *       the robust encoder to embed any image within the budget where the clean parent embeds the untouched one, so both
 *       live in one space: honest images keep them together, an attack on the parent drives them apart. The calibration
 *       decides what the drift is worth for a pair, not an assumption. Twins of different dimension have no drift and
 *       are judged by the unanimity alone.
 *   <li><b>The clean score has no weight.</b> How far an attacker pushes it beyond the threshold is the attacker's choice,
 *       and one who stops as soon as the decision turns leaves a small gap; the attacker does not choose the robust
 *       encoder's vote. Measured with the shipped pair on 437 attacks, thresholds from either half of 1,000 clean
 *       pictures: 0.76 and 0.74 are found with the difference of the scores as weight, 0.88 and 0.83 with the
 *       unanimity (with half the score where a person looks anyway).
 *   <li><b>A quarter of the score where a person looks anyway.</b> Of honest pictures those drift furthest that one of the two
 *       is unsure of and leaves to REVIEW; and an attack that only reaches REVIEW has gained nothing yet. With half of it
 *       seven of the ten highest scores of 1,691 clip arts were such pictures, which set the threshold for all.
 *   <li><b>A threshold with a finite-sample promise</b> ({@link
 *   io.bulwark.perception.audit.TwinCalibration.PacThreshold}), not a fitted
 *       distribution: disagreement is zero for most honest images and has no shape in the rest. The promise needs clean images
 *       that nothing else saw. Where there are none, the threshold is a rank among the references
 *       ({@link io.bulwark.perception.audit.TwinCalibration.ConformalThreshold}), which decide each other, and nothing
 *       is promised.
 * </ul>
 *
 * <p>A twin costs as much as the encoder. So it can be asked about a share of the images
 * ({@link io.bulwark.perception.audit.TwinSample}) and, after the decision, about those near a threshold or suspicious by another
 * sign: attacks that leave off as soon as the decision turns end near it. Uploaders choose how many these are, so they
 * have a budget ({@link io.bulwark.perception.audit.TwinSample.TwinBudget}). Asking it beside the encoder about half of
 * each batch was rejected: what is near a threshold is known only afterwards.
 *
 * <p>The second detector needs no model: pictures that appear when another program scales the file
 * down ({@link io.bulwark.imaging.scaling}) are searched for where files are decoded, because only that code holds the
 * upload's pixels. This package has the threshold alone.
 */
package io.bulwark.perception.audit;
