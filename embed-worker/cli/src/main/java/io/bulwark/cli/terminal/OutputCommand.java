package io.bulwark.cli.terminal;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that prints: {@code --json} and where its output goes. */
public abstract class OutputCommand {

    @Mixin
    private OutputOptions options;

    /** Where this run of the command prints. */
    protected final Output output() {
        return options.output();
    }

    /** The {@code --json} of every command, which has it from {@link OutputCommand}. */
    public static final class OutputOptions {

        @Spec(Spec.Target.MIXEE)
        private CommandSpec command;

        @Option(
                names = "--json",
                description = "Print one JSON object a line instead of text, and neither notes nor progress"
                        + " (embed-worker/docs/cli.md).")
        private boolean json;

        /** Where this run of the command prints. */
        public Output output() {
            return new Output(
                    words(command),
                    json,
                    command.commandLine().getOut(),
                    command.commandLine().getErr());
        }

        /**
         * The words that name a command below {@code bulwark}, such as {@code bank list}; {@code bulwark} for itself.
         */
        public static String words(CommandSpec command) {
            String name = command.qualifiedName(" ");
            String root = command.root().name() + " ";
            return name.startsWith(root) ? name.substring(root.length()) : name;
        }
    }
}
