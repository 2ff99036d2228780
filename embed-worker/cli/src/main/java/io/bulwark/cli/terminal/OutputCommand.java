package io.bulwark.cli.terminal;

import picocli.CommandLine.Mixin;

/** A command that prints: {@code --json} and where its output goes. */
public abstract class OutputCommand {

    @Mixin
    private OutputOptions options;

    /** Where this run of the command prints. */
    protected final Output output() {
        return options.output();
    }
}
