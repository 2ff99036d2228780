/**
 * The headline: photographs whose bank and questions come from different contributors, each question attacked on the
 * continuous margin of the vote, so that a thumbnail cannot pass. What may enter: this one task, its statistics and its
 * baseline.
 *
 * <p>Photographs of one person share background, light and camera. So no contributor is in the bank and among the
 * questions, and intervals are over contributors. Every question is attacked to the last iteration and the candidate of
 * the highest loss is kept, also where the decision is wrong already: an area under a curve orders scores, and does not
 * ask who crossed a threshold.
 *
 * <pre>{@code
 * HeadlineRun.Result result = HeadlineRun.of(encoder, bank, questions, HeadlineSpec.standard(flagged), done -> {});
 * }</pre>
 */
package io.bulwark.lab.evaluate.photograph;
