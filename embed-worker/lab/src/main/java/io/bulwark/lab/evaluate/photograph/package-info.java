/**
 * The headline: photographs whose bank and questions come from different contributors, attacked on the continuous
 * margin of the vote, so that a thumbnail cannot pass. What may enter: this one task, its attackers, its statistics and
 * its baseline.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>No contributor is in the bank and among the questions</b>, and intervals are over contributors: photographs
 *       of one person share background, light and camera. Contributors that share near-duplicates are one.
 *   <li><b>Every attack goes to its last iteration</b> and keeps the candidate of the highest loss, also where the
 *       decision is wrong already: an area under a curve orders scores, and does not ask who crossed a threshold.
 *   <li><b>Several attacks, the worst counts</b>, of each question, and in every ball that a change fits.
 *   <li><b>Attackers by what they have</b>: an operator can keep weights, references or scores to himself, and asks
 *       what that is worth. Who has everything may do what the others do.
 *   <li><b>A pair is attacked where it decides</b>: to pass, both encoders are attacked; to be flagged, the robust one
 *       alone, which says NSFW.
 *   <li><b>Outcomes at one review load</b>: thresholds that leave people more find more, so figures of two encoders
 *       compare at the same load only.
 * </ul>
 *
 * <pre>{@code
 * HeadlineSpec spec = HeadlineSpec.standard(flagged, threats, lesser, new Effort(100, 2, 1000, 500));
 * HeadlineResult result =
 *         HeadlineRun.of(encoder, Optional.of(parent), bank, questions, 80, spec, Optional.of(out), progress);
 * }</pre>
 */
package io.bulwark.lab.evaluate.photograph;
