/**
 * What all commands share in front of a terminal: output for people or machines, progress, failure, exit codes. Nothing
 * that knows of images or Kafka enters here.
 *
 * <p>Decided here: what machines read is written down once, in {@code embed-worker/cli/output.schema.json}, and
 * commands hand over plain maps. In tests a {@link Output.LineListener} holds every line to it, printed for machines or for
 * people; so an undocumented field fails where it is first printed. A Java type for each of the hundred kinds
 * of lines was weighed: twice the code, and a schema made from it would say what the types are and not whether the
 * lines are.
 *
 * <pre>{@code
 * final class BankCountCommand extends OutputCommand implements Callable<Integer> {
 *
 *     public Integer call() {
 *         output().print("3 references", Map.of("references", 3));
 *         return ExitCodes.OK;
 *     }
 * }
 * }</pre>
 */
package io.bulwark.cli.terminal;
