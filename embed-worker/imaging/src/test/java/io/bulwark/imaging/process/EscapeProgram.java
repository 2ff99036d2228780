package io.bulwark.imaging.process;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import com.sun.tools.attach.VirtualMachine;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * A decoder process that a file has taken over whole, and that tries to reach what it should not. A file that begins
 * with {@code try} names an attempt and its {@link Target}; the answer says how it ended. Numbers of system calls are
 * x86-64's.
 */
final class EscapeProgram {

    static final String ORDER = "try ";
    static final String SUCCEEDED = "SUCCEEDED";

    private static final String SECRET = "BULWARK_TRIAL_SECRET";
    private static final int SIGCONT = 18;

    private static final Map<String, Attempt> ATTEMPTS = attempts();

    private EscapeProgram() {}

    /** Names of all attempts. Those of the second kind end this process where they succeed. */
    static List<String> names() {
        return List.copyOf(ATTEMPTS.keySet());
    }

    public static void main(String[] arguments) throws IOException {
        DecoderProcess.serve(
                settings -> {
                    PictureReader reader = new DecoderProcess.LocalReader(settings);
                    return (file, hashes) -> {
                        String text = new String(file, StandardCharsets.ISO_8859_1);
                        return text.startsWith(ORDER) ? answer(text.split(" ")) : reader.read(file, hashes);
                    };
                },
                arguments);
    }

    private static PictureRead answer(String[] words) {
        Target target = new Target(
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Integer.parseInt(words[4]),
                Path.of(words[5]),
                words[6]);
        try {
            return new PictureRead.Broken(
                    SUCCEEDED + " " + ATTEMPTS.get(words[1]).of(target));
        } catch (Exception | LinkageError refused) {
            return new PictureRead.Broken("refused: " + refused);
        }
    }

    /**
     * What is tried to be reached.
     *
     * @param worker process id of the program that started this one
     * @param address of some bytes in its memory
     * @param port where it listens
     * @param folder the worker's, with a file {@code credentials} and a socket {@code socket}
     * @param decoders process ids, this one among them
     */
    record Target(long worker, long address, int port, Path folder, String decoders) {
        String words() {
            return worker + " " + address + " " + port + " " + folder + " " + decoders;
        }
    }

    /** Returns where it succeeds. */
    @FunctionalInterface
    private interface Attempt {
        Object of(Target target) throws Exception;
    }

    private static Map<String, Attempt> attempts() {
        Map<String, Attempt> all = new LinkedHashMap<>();
        all.put("environment", target -> {
            String environment = Files.readString(proc(target.worker(), "environ"), StandardCharsets.ISO_8859_1);
            return require(environment.contains(SECRET), environment);
        });
        all.put("memory", target -> {
            try (RandomAccessFile memory =
                    new RandomAccessFile(proc(target.worker(), "mem").toFile(), "r")) {
                memory.seek(target.address());
                return memory.readByte();
            }
        });
        all.put("memory-by-call", EscapeProgram::readMemory);
        all.put("attach", target -> {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(target.worker()));
            String home = machine.getSystemProperties().getProperty("java.home");
            machine.detach();
            return home;
        });
        all.put("ptrace", target -> Raw.call(101, 0x4206, target.worker(), 0, 0));
        all.put("kill", target -> Raw.call(62, target.worker(), SIGCONT));
        all.put("tkill", target -> Raw.call(200, target.worker(), SIGCONT));
        all.put("tgkill", target -> Raw.call(234, target.worker(), target.worker(), SIGCONT));
        all.put("sigqueue", target -> {
            Memory info = new Memory(128);
            info.clear();
            info.setInt(0, SIGCONT);
            info.setInt(8, -1);
            return Raw.callWith(info, address -> Raw.call(129, target.worker(), SIGCONT, address));
        });
        all.put("pidfd", target -> Raw.call(424, Raw.call(434, target.worker(), 0), SIGCONT, 0, 0));
        all.put("signals-of-a-pipe", target -> Raw.call(72, 0, 8, target.worker()));
        all.put("limits", target -> {
            Memory old = new Memory(16);
            return Raw.callWith(old, address -> Raw.call(302, target.worker(), 7, 0, address));
        });
        all.put("priority", target -> Raw.call(141, 0, target.worker(), 19));
        all.put("tcp", target -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), target.port())) {
                return socket;
            }
        });
        all.put("unix-socket", target -> {
            try (SocketChannel socket = SocketChannel.open(
                    UnixDomainSocketAddress.of(target.folder().resolve("socket")))) {
                return socket;
            }
        });
        all.put(
                "password-file",
                target -> Files.size(Path.of("/etc/passwd"))
                        + Files.readString(Path.of("/etc/passwd")).length());
        all.put("credentials", target -> Files.readString(target.folder().resolve("credentials")));
        all.put("write", target -> Files.writeString(target.folder().resolve("written"), "written"));
        all.put(
                "mode",
                target -> Files.setPosixFilePermissions(
                        target.folder().resolve("credentials"), PosixFilePermissions.fromString("rw-------")));
        all.put("other-decoder", EscapeProgram::readOtherDecoder);
        all.put("namespace", target -> forked(0x10000000));
        all.put("memfd", target -> {
            Memory name = new Memory(8);
            name.setString(0, "memfd");
            return Raw.callWith(name, address -> Raw.call(319, address, 0));
        });
        all.put("program", target -> {
            Process process = new ProcessBuilder("/usr/bin/id").start();
            return require(process.waitFor() == 0, "exit code " + process.exitValue());
        });
        all.put("daemon", target -> daemon());
        all.put("execveat", target -> becomeShell());
        return all;
    }

    private static Path proc(long pid, String file) {
        return Path.of("/proc", Long.toString(pid), file);
    }

    private static Object require(boolean succeeded, Object found) throws IOException {
        if (!succeeded) {
            throw new IOException("found " + found);
        }
        return "as expected";
    }

    private static Object readMemory(Target target) {
        Memory bytes = new Memory(8);
        Memory vectors = new Memory(32);
        vectors.setPointer(0, bytes);
        vectors.setLong(8, 8);
        vectors.setLong(16, target.address());
        vectors.setLong(24, 8);
        try {
            return Raw.callWith(vectors, address -> Raw.call(310, target.worker(), address, 1, address + 16, 1));
        } finally {
            Reference.reachabilityFence(bytes);
        }
    }

    private static Object readOtherDecoder(Target target) throws IOException {
        String own = Long.toString(ProcessHandle.current().pid());
        for (String pid : target.decoders().split(",")) {
            if (!pid.equals(own)) {
                return Files.readString(proc(Long.parseLong(pid), "environ"), StandardCharsets.ISO_8859_1)
                        .length();
            }
        }
        throw new IOException("there is no other decoder");
    }

    /** A process that ends at once: what it has of this JVM is one thread. */
    private static Object forked(long flags) {
        long child = Raw.call(56, flags | 17, 0, 0, 0, 0);
        if (child == 0) {
            Raw.call(231, 0);
        }
        return child;
    }

    private static Object becomeShell() {
        StringArray words =
                new StringArray(new String[] {"sh", "-c", "echo execveat-" + SUCCEEDED + " >&2; exit 9"}, "UTF-8");
        StringArray none = new StringArray(new String[0], "UTF-8");
        Memory program = new Memory(16);
        program.setString(0, "/bin/sh");
        try {
            return Raw.call(
                    322, -100, Pointer.nativeValue(program), Pointer.nativeValue(words), Pointer.nativeValue(none), 0);
        } finally {
            Reference.reachabilityFence(program);
            Reference.reachabilityFence(words);
            Reference.reachabilityFence(none);
        }
    }

    /** A process whose parent ends at once, and that wants to leave the group; whether it stays is seen later. */
    private static Object daemon() throws IOException, InterruptedException {
        Path mark = Path.of(System.getProperty("java.io.tmpdir"), "daemon");
        Process shell = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "\"$@\" </dev/null >/dev/null 2>&1 & echo $!",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-XX:ReservedCodeCacheSize=16m",
                        "-XX:CompressedClassSpaceSize=16m",
                        "-XX:+UseSerialGC",
                        "-Djava.io.tmpdir=" + mark.getParent(),
                        "-Djna.tmpdir=" + mark.getParent(),
                        "-Djna.boot.library.path=" + System.getProperty("jna.boot.library.path", ""),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Daemon.class.getName(),
                        mark.toString())
                .start();
        String pid = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        shell.waitFor();
        for (int i = 0; i < 200 && !Files.exists(mark); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return pid + " " + Files.readString(mark);
    }

    /** Stays for two minutes. */
    static final class Daemon {

        private Daemon() {}

        public static void main(String[] arguments) throws Exception {
            String group;
            try {
                group = "session " + Raw.call(112);
            } catch (LastErrorException refused) {
                group = "no new session";
            }
            Path mark = Path.of(arguments[0]);
            Files.writeString(mark.resolveSibling("daemon-new"), group);
            Files.move(mark.resolveSibling("daemon-new"), mark);
            TimeUnit.MINUTES.sleep(2);
        }
    }

    /** The kernel, past all that Java would check. */
    private static final class Raw {

        static {
            Native.register(Raw.class, (String) null);
        }

        private Raw() {}

        private static native long syscall(long number, long a, long b, long c, long d, long e, long f)
                throws LastErrorException;

        static long call(long number, long... arguments) {
            long[] all = Arrays.copyOf(arguments, 6);
            return syscall(number, all[0], all[1], all[2], all[3], all[4], all[5]);
        }

        static Object callWith(Memory memory, LongFunction<Object> call) {
            try {
                return call.apply(Pointer.nativeValue(memory));
            } finally {
                Reference.reachabilityFence(memory);
            }
        }
    }
}
