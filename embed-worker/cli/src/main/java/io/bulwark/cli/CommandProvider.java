package io.bulwark.cli;

import java.util.List;

/**
 * Adds another module's commands to the command line: {@code lab} has one. Found by {@link java.util.ServiceLoader}
 * when the arguments name no command of this module.
 */
public interface CommandProvider {

    /** In the order in which they are added. */
    List<AddedCommand> commands();

    /**
     * One command and its place in the help.
     *
     * @param parent the command that gets it, such as {@code bank}; empty for {@code bulwark} itself
     * @param before the subcommand of the parent that follows it; empty for the last place
     * @param command annotated with picocli's {@code @Command}
     */
    record AddedCommand(String parent, String before, Class<?> command) {}
}
