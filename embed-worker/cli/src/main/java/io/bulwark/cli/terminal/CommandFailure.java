package io.bulwark.cli.terminal;

import java.util.function.Supplier;

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
}
