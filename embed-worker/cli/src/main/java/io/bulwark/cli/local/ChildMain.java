package io.bulwark.cli.local;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Runs another main class for as long as the process that started this one lives. It uses nothing but the JDK, since it
 * shares the class path of the program that it runs.
 *
 * <p>{@code java -cp … io.bulwark.cli.local.ChildMain MAIN_CLASS [ARGUMENT…]}
 */
final class ChildMain {

    /** Exit status of a child whose parent is gone. */
    static final int ORPHANED = 70;

    private ChildMain() {}

    public static void main(String[] arguments) throws Throwable {
        Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN);
        endWithParent();
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        Method main = Class.forName(arguments[0]).getMethod("main", String[].class);
        try {
            main.invoke(null, (Object) rest);
        } catch (InvocationTargetException failure) {
            throw failure.getCause();
        }
    }

    private static void endWithParent() {
        Optional<ProcessHandle> parent = ProcessHandle.current().parent();
        if (parent.isEmpty()) {
            System.exit(ORPHANED);
        }
        parent.get().onExit().thenRun(() -> System.exit(ORPHANED));
    }
}
