package io.bulwark.imaging.isolation;

import com.sun.jna.Memory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What a process that starts decoders does for its own safety, and what its kernel offers. Any thread. */
public final class IsolationSupport {

    private static final int SECCOMP_GET_ACTION_AVAIL = 2;
    private static final int SECCOMP_RET_ERRNO = 0x00050000;

    private IsolationSupport() {}

    /** What decoder processes could be confined by here; restricts nothing. */
    public static IsolationState look() {
        try {
            SystemCall.Architecture.here();
            seccomp();
        } catch (IOException | LinkageError unavailable) {
            return IsolationState.nothing(String.valueOf(unavailable.getMessage()));
        }
        try {
            return IsolationState.by(Landlock.ofThisKernel());
        } catch (IOException absent) {
            return IsolationState.bySeccompAlone(absent);
        }
    }

    private static void seccomp() throws IOException {
        Memory action = new Memory(Integer.BYTES);
        action.setInt(0, SECCOMP_RET_ERRNO);
        LinuxKernel.callWith(
                action, address -> LinuxKernel.call(SystemCall.SECCOMP, SECCOMP_GET_ACTION_AVAIL, 0, address));
    }

    /**
     * Closes environment, memory and descriptors of this process to other processes of the same user, which may not
     * attach to it either ({@code PR_SET_DUMPABLE}, prctl(2)). It writes no core files from here on. Processes with
     * CAP_SYS_PTRACE are not kept out.
     *
     * @return why it is not hidden; empty where it is
     */
    public static Optional<String> hideThisProcess() {
        try {
            SystemCall.Architecture.here();
            LinuxKernel.control(LinuxKernel.PR_SET_DUMPABLE, 0);
            return Optional.empty();
        } catch (IOException | LinkageError unavailable) {
            return Optional.of(String.valueOf(unavailable.getMessage()));
        }
    }

    /** Kills all processes of a group at once. */
    public static void killGroup(long group) {
        LinuxKernel.killGroup(group);
    }

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
            return new IsolationState(
                    0, true, "seccomp alone, this kernel offers no Landlock: " + landlock.getMessage());
        }

        /** What a launcher says to the program that it becomes; nothing, where there was none. */
        public static IsolationState ofArguments(String... arguments) {
            return arguments.length == 3
                    ? new IsolationState(
                            Integer.parseInt(arguments[0]), Boolean.parseBoolean(arguments[1]), arguments[2])
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
}
