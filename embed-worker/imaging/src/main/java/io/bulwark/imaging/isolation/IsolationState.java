package io.bulwark.imaging.isolation;

import java.io.IOException;
import java.util.List;

/**
 * What confines a decoder process.
 *
 * @param landlock version of Landlock's interface; 0 where it restricts nothing
 * @param seccomp whether a filter of system calls does
 * @param detail what holds, or why it is less, in one clause
 */
public record IsolationState(int landlock, boolean seccomp, String detail) {

    /** Nothing confines it. */
    public static IsolationState nothing(String why) {
        return new IsolationState(0, false, why);
    }

    /** Both do. */
    static IsolationState by(Landlock landlock) {
        return new IsolationState(landlock.abi(), true, "Landlock ABI " + landlock.abi() + " and seccomp");
    }

    /** A filter of system calls does. */
    static IsolationState bySeccompAlone(IOException landlock) {
        return new IsolationState(0, true, "seccomp alone, this kernel offers no Landlock: " + landlock.getMessage());
    }

    /** What a launcher says to the program that it becomes; nothing, where there was none. */
    public static IsolationState ofArguments(String... arguments) {
        return arguments.length == 3
                ? new IsolationState(Integer.parseInt(arguments[0]), Boolean.parseBoolean(arguments[1]), arguments[2])
                : nothing("bulwark.decoder.isolation is none");
    }

    List<String> arguments() {
        return List.of(Integer.toString(landlock), Boolean.toString(seccomp), detail);
    }

    /** Whether all that is meant to confine it does. */
    public boolean isComplete() {
        return landlock > 0 && seccomp;
    }

    /** Whether it is as free as any process of its user. */
    public boolean isNothing() {
        return landlock == 0 && !seccomp;
    }
}
