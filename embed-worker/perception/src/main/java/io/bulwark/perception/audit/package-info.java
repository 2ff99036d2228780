/**
 * Signs that somebody tried to fool the moderation.
 *
 * <p>What may enter: detectors as pure functions of what was computed anyway, and the calibration of their thresholds.
 * Nothing here sees a picture or a model, and nothing here changes a verdict.
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
 * decides by the same references in its own metric. An attack made against the model that everybody can download moves the clean decision
 * and leaves the robust one; so where the two part, somebody may have pushed.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Only where the decisions differ.</b> Twins that decide alike give no alarm, however far apart they see the
 *       image: nothing was gained by whoever pushed.
 *   <li><b>Gap times drift.</b> Honest images near a boundary are decided differently, too. The score is therefore the
 *       difference of the two scores, weighed by the distance between the two embeddings of the contested view. FARE
 *       trains the robust encoder to embed any image within the budget where the clean parent embeds the untouched one,
 *       so both live in one space: honest images keep them together, an attack on the parent drives them apart. The
 *       difference of scores alone was rejected: a small temperature saturates it on honest images as well, and its
 *       99th percentile then leaves no room above. Twins of different dimension have no drift and are judged by the
 *       gap alone. What the drift is worth for a pair decides the calibration, not an assumption.
 *   <li><b>Half the score where a person looks anyway.</b> Of honest pictures those drift furthest that the robust encoder
 *       itself is unsure of and leaves to REVIEW. With the full score they alone set the threshold, which then found 0.73
 *       of 221 attacks instead of 0.82; and an attack that only reaches REVIEW has gained nothing yet.
 *   <li><b>A threshold with a finite-sample promise</b> ({@link io.bulwark.perception.audit.ConformalThreshold}), not a
 *       fitted distribution: disagreement is zero for most honest images and has no shape in the rest.
 * </ul>
 */
package io.bulwark.perception.audit;
