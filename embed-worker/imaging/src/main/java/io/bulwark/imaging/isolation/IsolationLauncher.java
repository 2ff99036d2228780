package io.bulwark.imaging.isolation;

import io.bulwark.imaging.isolation.IsolationLauncher.Confinement.Order;
import io.bulwark.imaging.isolation.IsolationSupport.IsolationState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The program that becomes a decoder process: a JVM whose main thread leads a new process group, confines itself and
 * calls {@code execve}, which ends all its other threads. The new program has its process id, standard streams and
 * confinement.
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
        SystemCall.Architecture architecture = SystemCall.Architecture.here();
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

    /**
     * What a confined process may still do. A path that does not exist allows nothing.
     *
     * @param read files, and folders with all below them, that may be read
     * @param execute programs that may be run
     * @param write folders with all below them that may be read and written
     * @param forks whether it may start processes; they are confined as it is and stay in its process group
     */
    public record Confinement(List<String> read, List<String> execute, List<String> write, boolean forks) {

        private static final String FORKS = "forks";
        private static final String ALONE = "alone";
        private static final String END = "--";

        public Confinement {
            read = List.copyOf(read);
            execute = List.copyOf(execute);
            write = List.copyOf(write);
        }

        /** The command that confines itself so and then becomes another. */
        public List<String> arguments(Isolation isolation, List<String> command) {
            List<String> words = new ArrayList<>(List.of(isolation.label(), forks ? FORKS : ALONE));
            read.forEach(path -> words.add("r" + path));
            execute.forEach(path -> words.add("x" + path));
            write.forEach(path -> words.add("w" + path));
            words.add(END);
            words.addAll(command);
            return words;
        }

        /**
         * A launcher's command line.
         *
         * @param isolation how much of it must hold
         * @param command what is run behind it
         */
        record Order(Isolation isolation, Confinement confinement, List<String> command) {

            /** @throws IllegalArgumentException if the words are none of {@link Confinement#arguments} */
            static Order of(List<String> words) {
                int end = words.indexOf(END);
                if (end < 2 || end + 1 >= words.size()) {
                    throw new IllegalArgumentException(
                            "A launcher wants: require|prefer forks|alone PATH... -- COMMAND...");
                }
                List<String> paths = words.subList(2, end);
                return new Order(
                        Isolation.labelled(words.get(0)),
                        new Confinement(
                                of(paths, "r"),
                                of(paths, "x"),
                                of(paths, "w"),
                                words.get(1).equals(FORKS)),
                        words.subList(end + 1, words.size()));
            }

            private static List<String> of(List<String> paths, String right) {
                return paths.stream()
                        .filter(path -> path.startsWith(right))
                        .map(path -> path.substring(right.length()))
                        .toList();
            }
        }
    }

    /** Whether decoder processes are confined by the kernel before they read a file. */
    public enum Isolation {
        /** Landlock and seccomp, or no decoder process starts. */
        REQUIRE,
        /** What the kernel offers; {@link IsolationState} says what that was. */
        PREFER,
        /** Nothing: for comparisons, and for systems that have neither. */
        NONE;

        /** As settings spell it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * The one of that label.
         *
         * @throws IllegalArgumentException naming the labels that there are
         */
        public static Isolation labelled(String label) {
            return Arrays.stream(values())
                    .filter(value -> value.label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("Isolation is " + label + ", allowed is one of "
                            + Arrays.stream(values()).map(Isolation::label).toList()));
        }
    }
}
