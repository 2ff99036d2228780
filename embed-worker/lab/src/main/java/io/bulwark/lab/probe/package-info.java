/**
 * What an attacker who knows everything gets out of one picture that a worker has decided: the red team's attack,
 * without Kafka. What may enter: one picture's attack, the decision before and after it, and the share that held.
 *
 * <pre>{@code
 * try (ProbedModeration moderation = new ProbedModeration(bank, policies)) {
 *     ProbeResult result = new ViewProbe(encoder, gradients)
 *             .run(moderation, picture, AttackGoal.EVADE, settings, Watch.silent());
 * }
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>Each view is attacked at the encoder's input, each within its own ε.</b> That is more than an uploader can
 *       do, whose tiles overlap and share their pixels, so what holds here holds against him. A way through every
 *       decoder and resize was rejected: {@code evaluate policy} has it, at ten times the cost.
 *   <li><b>Pixels are rounded to 8 bits, and the worker's own encoder decides about them</b>, in the worker's
 *       precision. The attack climbs in fp32, so it is not stopped early: what just gets there would not get there in
 *       another precision.
 *   <li><b>The file's SHA-256 decides nothing</b>, neither before nor after: any change of the file makes another one.
 *       Hashes of the picture are kept, for a change so small hardly moves them.
 *   <li><b>Two losses in turn</b>, the second without the pull of the floor, as {@code evaluate policy} found it
 *       stronger where everything is familiar. Success is the real decision's.
 *   <li><b>Of a large bank the attacker climbs between an even sample of each label</b>, so that memory is bounded.
 *       Copies of all rows were rejected: half a gigabyte for 100,000 references, made again with every version of the
 *       bank. The decision that he has to turn is the whole bank's.
 *   <li><b>An attack that ran out of time is an outcome</b>, for pictures that withstand take longer: the second loss
 *       is theirs alone. Leaving them out was rejected: the share would be too low.
 * </ul>
 */
package io.bulwark.lab.probe;
