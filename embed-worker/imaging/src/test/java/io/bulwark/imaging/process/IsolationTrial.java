package io.bulwark.imaging.process;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.ProcessStat;
import io.bulwark.imaging.heif.HeifCommand;
import io.bulwark.imaging.isolation.IsolationLauncher.Isolation;
import io.bulwark.imaging.isolation.IsolationSupport;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A program that holds secrets and has its files read by two {@link EscapeProgram}s. Prints a line for each attempt,
 * and for what must go on working.
 *
 * <p>Arguments: isolation, {@code heif} or {@code none}, {@code hidden} or {@code open}, a folder that it may write,
 * and files that it must be able to read.
 */
final class IsolationTrial {

    private static final Duration DAEMON_ENDS = Duration.ofSeconds(5);

    private IsolationTrial() {}

    public static void main(String[] arguments) throws Exception {
        Isolation isolation = Isolation.labelled(arguments[0]);
        HeifCommand heif = arguments[1].equals("heif") ? HeifCommand.of("auto") : HeifCommand.none();
        if (arguments[2].equals("hidden")) {
            print("hidden", IsolationSupport.hideThisProcess());
        }
        Path folder = Path.of(arguments[3]);
        Files.writeString(folder.resolve("credentials"), "credentials");
        Memory memory = new Memory(64);
        memory.setString(0, "secret");
        ReaderSettings settings = new ReaderSettings(
                DecodeLimits.standard().withMemoryBytes(64 << 20),
                JpegReduction.none(),
                heif,
                PreprocessSpec.unit(64, Interpolation.BILINEAR),
                null,
                ViewPolicy.COVER,
                ModerationOptions.standard());
        ProcessLimits limits = ProcessLimits.of(2, settings.limits(), 1 << 20, Duration.ofSeconds(20))
                .isolatedBy(isolation);
        String daemon = "";
        try (ServerSocket port = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                DecoderPool pool =
                        new DecoderPool(settings, limits, EscapeProgram.class, how -> {}, new HeifMachine(settings))) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
            pool.start();
            print("tmp", mountOptions("/tmp"));
            print("isolation", pool.isolation().orElseThrow().detail());
            for (String file : List.of(arguments).subList(4, arguments.length)) {
                print("reads " + Path.of(file).getFileName(), kind(pool.read(Files.readAllBytes(Path.of(file)), true)));
            }
            for (long pid : pool.pids()) {
                print(
                        "oom_score_adj",
                        Files.readString(Path.of("/proc/" + pid + "/oom_score_adj"))
                                .strip());
                print(
                        "cpu time",
                        ProcessStat.cpuTime(ProcessHandle.of(pid).orElseThrow()).isPresent());
            }
            for (String name : EscapeProgram.names()) {
                String decoders = pool.pids().stream().map(String::valueOf).collect(Collectors.joining(","));
                EscapeProgram.Target target = new EscapeProgram.Target(
                        ProcessHandle.current().pid(),
                        Pointer.nativeValue(memory),
                        port.getLocalPort(),
                        folder,
                        decoders);
                String order = EscapeProgram.ORDER + name + " " + target.words();
                String answer = pool.read(order.getBytes(StandardCharsets.ISO_8859_1), false)
                        .toString();
                if (name.equals("daemon")) {
                    daemon = answer;
                } else {
                    print("try " + name, answer);
                }
            }
        }
        print(
                "try daemon",
                daemon.contains(EscapeProgram.SUCCEEDED) && outlives(daemon)
                        ? daemon
                        : "refused: " + daemon.replace(EscapeProgram.SUCCEEDED, "started"));
        Reference.reachabilityFence(memory);
    }

    private static String kind(PictureRead read) {
        return read instanceof PictureRead.Seen ? "seen" : read.toString();
    }

    private static boolean outlives(String answer) throws InterruptedException {
        String words = answer.substring(answer.indexOf(EscapeProgram.SUCCEEDED) + EscapeProgram.SUCCEEDED.length());
        long pid = Long.parseLong(words.strip().split(" ")[0]);
        long deadline = System.nanoTime() + DAEMON_ENDS.toNanos();
        while (isAlive(pid) && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
        boolean alive = isAlive(pid);
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        return alive;
    }

    /** What has ended and was not waited for has no command line any more. */
    private static boolean isAlive(long pid) {
        try {
            return !Files.readString(Path.of("/proc/" + pid + "/cmdline")).isEmpty();
        } catch (IOException gone) {
            return false;
        }
    }

    private static String mountOptions(String folder) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" "))
                .filter(words -> words[1].equals(folder))
                .map(words -> words[3])
                .reduce("", (earlier, later) -> later);
    }

    private static void print(String what, Object found) {
        // A whole line in one write: an attempt to attach has the JVM write a dump of threads to the same output.
        System.out.print("\n" + what + " = " + found + "\n");
    }
}
