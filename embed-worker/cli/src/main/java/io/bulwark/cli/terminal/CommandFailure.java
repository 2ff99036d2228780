package io.bulwark.cli.terminal;

import io.bulwark.cli.terminal.OutputCommand.OutputOptions;
import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command cannot go on, and the user can fix it. The message names the thing, what was found, what is allowed and
 * the fix; it is printed without a stack trace.
 */
public class CommandFailure extends RuntimeException {

    private final int exitCode;

    private CommandFailure(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** A kind of failure: {@link ExitCodes#FAILED}. */
    protected CommandFailure(String message, Throwable cause) {
        this(ExitCodes.FAILED, message, cause);
    }

    /** The work went wrong or a check does not hold: {@link ExitCodes#FAILED}. */
    public static CommandFailure failed(String message) {
        return new CommandFailure(ExitCodes.FAILED, message, null);
    }

    /** The work went wrong for a reason below: {@link ExitCodes#FAILED}. */
    public static CommandFailure failed(String message, Throwable cause) {
        return new CommandFailure(ExitCodes.FAILED, message, cause);
    }

    /** What the person typed cannot be: {@link ExitCodes#USAGE}. */
    public static CommandFailure usage(String message) {
        return new CommandFailure(ExitCodes.USAGE, message, null);
    }

    /**
     * A value made of what the person typed or named.
     *
     * @throws CommandFailure as {@link #usage}, where the value is refused by an {@link IllegalArgumentException}
     */
    public static <T> T orUsage(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException refused) {
            throw usage(refused.getMessage());
        }
    }

    /** @param names of the options, in front of what is wrong with them */
    public static <T> T orUsage(String names, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException refused) {
            throw usage(names + ": " + refused.getMessage());
        }
    }

    /** Something that the command needs does not answer: {@link ExitCodes#UNAVAILABLE}. */
    public static CommandFailure unavailable(String message) {
        return new CommandFailure(ExitCodes.UNAVAILABLE, message, null);
    }

    /** Something that the command needs does not answer, for a reason below: {@link ExitCodes#UNAVAILABLE}. */
    public static CommandFailure unavailable(String message, Throwable cause) {
        return new CommandFailure(ExitCodes.UNAVAILABLE, message, cause);
    }

    public int exitCode() {
        return exitCode;
    }

    /**
     * How a command says on standard error why it fails: to people, or with {@code --json} to machines, on the last
     * line.
     */
    public static final class Failures {

        private static final String JSON = "--json";

        private Failures() {}

        /**
         * Prints a failure of a command that ran.
         *
         * @return its exit code
         */
        public static int print(CommandFailure failure, CommandLine command) {
            String text = command.getColorScheme()
                    .errorText("bulwark: " + failure.getMessage())
                    .toString();
            output(command, isJson(command)).fail(text, failure.getMessage(), failure.exitCode());
            return failure.exitCode();
        }

        /**
         * Prints a defect with its stack trace, for machines with one more line.
         *
         * @return {@link ExitCodes#FAILED}
         */
        public static int printDefect(Exception defect, CommandLine command) {
            defect.printStackTrace(command.getErr());
            command.getErr().flush();
            if (isJson(command)) {
                output(command, true).fail("", defect.toString(), ExitCodes.FAILED);
            }
            return ExitCodes.FAILED;
        }

        /**
         * Handles command lines that are wrong: for machines by itself, for people as before.
         *
         * @param forPeople prints what is wrong and how the command is used
         */
        public static IParameterExceptionHandler ofArguments(IParameterExceptionHandler forPeople) {
            return (wrong, arguments) -> {
                if (!List.of(arguments).contains(JSON)) {
                    return forPeople.handleParseException(wrong, arguments);
                }
                output(wrong.getCommandLine(), true).fail("", wrong.getMessage(), ExitCodes.USAGE);
                return ExitCodes.USAGE;
            };
        }

        private static boolean isJson(CommandLine command) {
            OptionSpec option = command.getCommandSpec().findOption(JSON);
            return option != null && Boolean.TRUE.equals(option.getValue());
        }

        private static Output output(CommandLine command, boolean json) {
            return new Output(OutputOptions.words(command.getCommandSpec()), json, command.getOut(), command.getErr());
        }
    }
}
