package io.bulwark.cli.terminal;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;

/**
 * How a command says on standard error why it fails: to people, or with {@code --json} to machines, on the last line.
 */
public final class Failures {

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
