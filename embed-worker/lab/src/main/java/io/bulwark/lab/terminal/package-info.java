/**
 * What all commands share in front of a terminal: output for people or machines, progress, failure, exit codes. Nothing
 * that knows of images or Kafka enters here.
 *
 * <pre>{@code
 * @Mixin OutputOptions options;
 *
 * public Integer call() {
 *     Output output = options.output();
 *     output.print("3 references", Map.of("references", 3));
 *     return ExitCodes.OK;
 * }
 * }</pre>
 */
package io.bulwark.lab.terminal;
