package io.bulwark.cli.terminal;

/** What a command's exit status means, the same for every command and listed in {@code bulwark --help}. */
public final class ExitCodes {

    /** Done, and every check that the command makes holds. */
    public static final int OK = 0;

    /** Done wrong, or a check does not hold: the message says what. */
    public static final int FAILED = 1;

    /** The command line itself is wrong: unknown option, missing argument, value out of range. */
    public static final int USAGE = 2;

    /** Something that the command needs does not answer: the broker, a port, a process. */
    public static final int UNAVAILABLE = 3;

    private ExitCodes() {}
}
