/**
 * The {@code bulwark} command line. This package holds the root command alone; each subject has a room of its own:
 * What may enter here: nothing but the root.
 *
 * <ul>
 *   <li>{@link io.bulwark.lab.terminal}: how every command speaks, fails and shows progress
 *   <li>{@link io.bulwark.lab.local}: the local node and its processes
 *   <li>{@link io.bulwark.lab.demo}: the demo that runs on it
 *   <li>{@link io.bulwark.lab.traffic}: uploads in, verdicts out
 *   <li>{@link io.bulwark.lab.model}: model packages, embeddings, parity with the originals
 *   <li>{@link io.bulwark.lab.look}: what of a file is judged, as pictures
 *   <li>{@link io.bulwark.lab.bank}: banks of references built, changed, checked, calibrated
 *   <li>{@link io.bulwark.lab.policy}: policies shown, proposed, approved, rolled back
 *   <li>{@link io.bulwark.lab.evaluate}: how well a model does, clean and under attack
 *   <li>{@link io.bulwark.lab.redteam}: how much withstands an attack today, on what was decided lately
 *   <li>{@link io.bulwark.lab.bench}: benchmarks against a bound measured in the same run
 *   <li>{@link io.bulwark.lab.options} and {@link io.bulwark.lab.picture}: what commands of several rooms share
 * </ul>
 *
 * <p>A command is a picocli class named {@code …Command} that parses, calls one class which could be called without a
 * terminal, and prints through {@link io.bulwark.lab.terminal.Output}. Example:
 *
 * <pre>{@code
 * int code = BulwarkCommand.commandLine().execute("upload", "--wait", "pictures/");
 * }</pre>
 */
package io.bulwark.lab;
