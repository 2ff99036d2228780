/**
 * What holds for an image. {@link io.bulwark.stream.decision.Precedence} is a pure function of verdicts and reviews;
 * {@link io.bulwark.stream.decision.DecisionProcessor} keeps its result for each image of each tenant and sends on what
 * follows.
 *
 * <pre>{@code
 * Standing standing = Precedence.after(Precedence.after(Standing.NONE, byWorker), review);
 * standing.inForce(); // the review's decision, if it is about the worker's content
 * }</pre>
 *
 * <p>The package also holds legal holds (a global table on every instance, because expiry and erasure must not wait for
 * another one), erasures, and uploads without a verdict: the topic of uploads is read once more, and each upload waits
 * in its image's task for a verdict on it, or on a later upload of the same id. Uploads are routed by image id, since a
 * producer may choose their partitions. A worker may answer an upload only after its image was erased; that answer is
 * erased as well.
 *
 * <p>Decided here: a standing keeps the newest reviews of other contents too. Otherwise an uploader could escape a
 * person's decision by uploading something else and then the same content again.
 */
package io.bulwark.stream.decision;
