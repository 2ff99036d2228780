/**
 * The {@code bulwark} command line: the operator's commands and the local node. What may enter here: the root command,
 * and the interface by which another module adds commands; each subject has a package below.
 *
 * <ul>
 *   <li>{@link io.bulwark.cli.terminal}: how every command speaks, fails and shows progress
 *   <li>{@link io.bulwark.cli.local}: the local node and its processes
 *   <li>{@link io.bulwark.cli.demo}: the demo that runs on it
 *   <li>{@link io.bulwark.cli.traffic}: uploads in, verdicts out
 *   <li>{@link io.bulwark.cli.bank}: banks of references built, changed, checked, calibrated
 *   <li>{@link io.bulwark.cli.policy}: policies shown, proposed, approved, rolled back
 *   <li>{@link io.bulwark.cli.audit}: what the attack audit found
 *   <li>{@link io.bulwark.cli.keep}: images erased, held, missing; deliveries repeated
 *   <li>{@link io.bulwark.cli.look}: what of a file is judged, as pictures
 *   <li>{@link io.bulwark.cli.doctor}: what is wrong with a deployment, and what fixes it
 *   <li>{@link io.bulwark.cli.options}, {@link io.bulwark.cli.picture}, {@link io.bulwark.cli.everyday}: what commands share
 * </ul>
 *
 * <p>The laboratory's commands come by {@link io.bulwark.cli.CommandProvider}; they are loaded only where the arguments
 * name no command of this module. This module compiles and runs without them.
 *
 * <p>A command is a picocli class named {@code …Command} that parses, calls one class which could be called without a
 * terminal, and prints through {@link io.bulwark.cli.terminal.Output}. Example:
 *
 * <pre>{@code
 * int code = BulwarkCommand.commandLine().execute("upload", "--wait", "pictures/");
 * }</pre>
 */
package io.bulwark.cli;
