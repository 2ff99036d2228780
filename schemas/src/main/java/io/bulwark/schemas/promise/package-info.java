/**
 * The statistics of a promised error rate that is watched in production. They lie with the contracts, for
 * moderation-stream watches by them and {@code bulwark bench promises} simulates the same code. What may enter: pure
 * functions of draws and counts, without a clock, a topic or a database.
 *
 * <p>A rate is a share of a base: {@link io.bulwark.schemas.promise.PromisedRate#MISSED} is SAFE among what is flagged.
 * Each outcome is drawn for review with a probability p that is known before (S = 1), independently of all others. With
 * D = 1 where the outcome is the event, B = 1 where the image belongs to the base, and the promise m,
 *
 * <pre>Z = S / p * (D * (1 - m) * (B' - u) / (1 - u) - (1 - D) * m * B' / (1 - v))</pre>
 *
 * <p>where B' is what adjudicated reviewers say, u bounds the chance that they take what is outside for inside, and v
 * the reverse. With u = v = 0 this is S / p * B * (D - m). While every upload keeps the promise, E[Z] &le; 0 given all
 * before it, so that bets on Z make no money on average.
 *
 * <p>{@link io.bulwark.schemas.promise.DriftScales.DriftEvidence} watches embeddings of traffic before anyone has
 * answered, by the same kind of bets on counts in regions of a {@link io.bulwark.schemas.promise.DriftReference}.
 *
 * <h2>Decisions</h2>
 *
 * <ul>
 *   <li><b>The order is that of the draws</b>, never that of the reviews. A draw without an answer counts with its
 *       smallest value where an alarm is at stake, and with its largest where a promise is to be confirmed. So each
 * look shows at most what the process of all answers will show at that place, and reviews may be as late as they like,
 * also where lateness depends on the answer.
 *   <li><b>Errors are bounded in each group apart</b>, without the assumption that reviewers err alike on what the
 *       machine passed and on what it flagged. Subtracting one mean error was rejected for that reason.
 *   <li><b>The band is that of the two sums</b> E[B D] and E[B (1 - D)] and not of each candidate rate: the mean rate
 * of a stream changes, and a supermartingale for each fixed candidate says nothing about a moving one.
 *   <li><b>Discrete mixtures of bets</b> rather than bets that follow the data: the product does not depend on how
 *       draws of different partitions interleave.
 *   <li><b>Drift is an effect, and its null is composite</b>: no region has more than its share in the reference and
 *       &epsilon;. A test of equal distributions would alarm on every tenant in time. Kernel means in place of counts
 *       were rejected: a witness function that is learnt on the way depends on the order of pictures, and its
 *       difference is no share that a person can weigh.
 * </ul>
 */
package io.bulwark.schemas.promise;
