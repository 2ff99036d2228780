/**
 * What holds for an image. {@link io.bulwark.stream.decision.Precedence} is a pure function of the verdicts and reviews
 * that came; {@link io.bulwark.stream.decision.DecisionProcessor} keeps its result for each image of each tenant and sends
 * on what follows.
 *
 * <pre>{@code
 * Standing standing = Precedence.after(Precedence.after(Standing.NONE, byWorker), review);
 * standing.inForce(); // the review's decision, if it is about the worker's content
 * }</pre>
 *
 * <p>Decided here: a standing keeps the newest reviews of other contents too. Otherwise an uploader could shed a person's
 * decision by uploading something else and then the same content again.
 */
package io.bulwark.stream.decision;
