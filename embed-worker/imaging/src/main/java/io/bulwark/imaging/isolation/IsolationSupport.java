package io.bulwark.imaging.isolation;

import com.sun.jna.Memory;
import java.io.IOException;
import java.util.Optional;

/** What a process that starts decoders does for its own safety, and what its kernel offers. Any thread. */
public final class IsolationSupport {

    private static final int SECCOMP_GET_ACTION_AVAIL = 2;
    private static final int SECCOMP_RET_ERRNO = 0x00050000;

    private IsolationSupport() {}

    /** What decoder processes could be confined by here; restricts nothing. */
    public static IsolationState look() {
        try {
            Architecture.here();
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
     * Closes environment, memory and descriptors of this process to other processes of the same user, which may not attach to
     * it either ({@code PR_SET_DUMPABLE}, prctl(2)). It writes no core files from here on. Processes with CAP_SYS_PTRACE are
     * not kept out.
     *
     * @return why it is not hidden; empty where it is
     */
    public static Optional<String> hideThisProcess() {
        try {
            Architecture.here();
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
}
