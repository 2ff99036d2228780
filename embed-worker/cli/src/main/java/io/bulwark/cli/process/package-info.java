/**
 * Processes as the system sees them: which belong together, and what they hold in RAM. What may enter: questions to the
 * operating system that more than one subject asks.
 *
 * <pre>{@code
 * OptionalLong bytes = ResidentMemory.of(ProcessHandle.current().pid());
 * }</pre>
 */
package io.bulwark.cli.process;
