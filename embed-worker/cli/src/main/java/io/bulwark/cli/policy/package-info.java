/**
 * The policies by which workers decide, as versioned records on a compacted topic: proposed by one person, approved by
 * another, compared and rolled back.
 *
 * <p>What may enter: commands below {@code bulwark policy} and what they do. What a policy decides is {@link
 * io.bulwark.perception.verdict}'s, whether it fits a worker the worker's.
 *
 * <pre>{@code
 * bulwark bank calibrate --bank mine --files pictures --write policy.properties --json > measured.json
 * bulwark policy propose policy.properties --measured measured.json --author ann
 * bulwark policy diff
 * bulwark policy approve --by bob --version 3fa1b2
 * bulwark policy rollback --by bob
 * }</pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>A change is a transaction under one fixed transactional id.</b> Each change fences all others, reads the
 *       topic to its end then, and writes; a fenced command writes nothing and says so. Comparing revisions was rejected: Kafka
 *       has no write on a condition, so two who read the same revision would both succeed and one change would be lost.
 *   <li><b>A policy is text.</b> The lines of {@code bank calibrate --write} go in, and {@code show} and {@code diff} speak in
 *       the same lines, so that names are learned once.
 *   <li><b>A proposal is the shadow.</b> What is to be approved has run on real images beside the one in force, and verdicts
 *       say where the two part. One at a time: a later proposal takes the place of the earlier.
 *   <li><b>Two people, unless they say otherwise.</b> Approving one's own proposal needs {@code --alone}. Names are what people
 *       say they are; who may write the topic at all is for the broker's access rules.
 * </ul>
 */
package io.bulwark.cli.policy;
