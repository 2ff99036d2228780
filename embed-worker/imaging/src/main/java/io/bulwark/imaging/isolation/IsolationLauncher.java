package io.bulwark.imaging.isolation;

import io.bulwark.imaging.isolation.Confinement.Order;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The program that becomes a decoder process: a JVM whose main thread leads a new process group, confines itself and calls
 * {@code execve}, which ends all its other threads. The new program has its process id, standard streams and confinement.
 */
public final class IsolationLauncher {

    /** The exit code of a launcher that could not confine itself; it has run nothing then. */
    public static final int REFUSED = 70;

    private IsolationLauncher() {}

    public static void main(String[] arguments) {
        try {
            Order order = Order.of(List.of(arguments));
            IsolationState state = confine(order);
            List<String> command = new ArrayList<>(order.command());
            command.addAll(state.arguments());
            LinuxKernel.become(command);
        } catch (IOException | RuntimeException | LinkageError unable) {
            System.err.println("A decoder process cannot be isolated: " + unable.getMessage());
            Runtime.getRuntime().halt(REFUSED);
        }
    }

    private static IsolationState confine(Order order) throws IOException {
        Architecture architecture = Architecture.here();
        LinuxKernel.call(SystemCall.SETPGID, 0, 0);
        LinuxKernel.control(LinuxKernel.PR_SET_NO_NEW_PRIVS, 1);
        IsolationState state = restrictFiles(order);
        SyscallFilter.install(SyscallFilter.program(
                architecture, ProcessHandle.current().pid(), order.confinement().forks()));
        return state;
    }

    private static IsolationState restrictFiles(Order order) throws IOException {
        Landlock landlock;
        try {
            landlock = Landlock.ofThisKernel();
        } catch (IOException absent) {
            if (order.isolation() == Isolation.REQUIRE) {
                throw new IOException("this kernel offers no Landlock: " + absent.getMessage(), absent);
            }
            return IsolationState.bySeccompAlone(absent);
        }
        landlock.restrict(order.confinement());
        return IsolationState.by(landlock);
    }
}
