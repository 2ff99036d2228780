/**
 * The laboratory: what attacks, trains, measures and explains encoders and the policies that decide with them. The
 * product compiles and runs without it. What may enter: {@link io.bulwark.lab.LaboratoryCommands} alone, which adds its
 * commands to {@code bulwark}; each subject has a package below.
 *
 * <ul>
 *   <li>{@link io.bulwark.lab.attack}: attacks, and in {@code attack.command} what is attacked by {@code bulwark
 *   attack}
 *   <li>{@link io.bulwark.lab.train}: FARE, TeCoA, LoRA and metric heads
 *   <li>{@link io.bulwark.lab.evaluate} over the data sets of {@link io.bulwark.lab.data}: accuracy, clean and under
 *   attack
 *   <li>{@link io.bulwark.lab.audit}: what the attack audit is worth
 *   <li>{@link io.bulwark.lab.invert}, {@link io.bulwark.lab.concepts}, {@link io.bulwark.lab.explain}: what an encoder
 *   sees
 *   <li>{@link io.bulwark.lab.redteam} with {@link io.bulwark.lab.probe}: live robust accuracy
 *   <li>{@link io.bulwark.lab.bench}: benchmarks against a bound measured in the same run
 *   <li>{@link io.bulwark.lab.proof}: a cluster that is killed, paused and cut off, and an oracle
 *   <li>{@link io.bulwark.lab.model}: model packages, and files that others published as such
 *   <li>{@link io.bulwark.lab.experiment}: ledger, intervals, tables and progress of all experiments
 *   <li>{@link io.bulwark.lab.picture}, {@link io.bulwark.lab.text}: pictures for training, CLIP's tokenizer
 * </ul>
 */
package io.bulwark.lab;
