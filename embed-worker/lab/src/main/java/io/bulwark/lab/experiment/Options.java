package io.bulwark.lab.experiment;

import io.bulwark.cli.terminal.CommandFailure;
import java.util.function.Supplier;

/** Values that are made of options. */
public final class Options {

    private Options() {}

    /**
     * A value.
     *
     * @param names of the options, in front of what is wrong with them
     * @throws CommandFailure that the command line is wrong, where the value is refused by an {@link
     *     IllegalArgumentException}
     */
    public static <T> T made(String names, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(names + ": " + e.getMessage());
        }
    }
}
