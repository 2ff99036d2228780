package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts as network namespaces, each on one cable to a bridge that this machine has an address on. One at a time on a
 * machine. Thread-safe but for {@link #close()}.
 */
final class ProofNetwork implements AutoCloseable {

    /** Begins the name of everything that is made here, so that a later start finds what an earlier one left. */
    static final String PREFIX = "bwp-";

    private static final Path LOCK = Path.of("/run/bulwark-proof.lock");
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path MOUNTS = Path.of("/proc/mounts");
    private static final String BRIDGE = PREFIX + "bridge";
    private static final String SUBNET = "10.214.77.";
    private static final int FIRST_HOST = 11;
    private static final List<String> TRIAL = List.of("trial1", "trial2");
    private static final int TRIAL_MEBIBYTES = 8;

    /** The status of curl where no connection is made, such as to a port on which no program listens. */
    private static final int CURL_REFUSED = 7;

    private final Map<String, String> addresses = new LinkedHashMap<>();
    private final FileChannel lock;

    private ProofNetwork(FileChannel lock) {
        this.lock = lock;
    }

    /**
     * Why this machine cannot have such a network, or not now; empty where it can. Makes a small one with a disk and
     * removes it, and with it what a command that was killed left.
     */
    static Optional<String> missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("network namespaces are Linux's, this is " + System.getProperty("os.name"));
        }
        if (!System.getProperty("user.name").equals("root")) {
            return Optional.of("network namespaces are made by root, this is " + System.getProperty("user.name"));
        }
        for (String program : List.of("ip", "curl", "setsid", "mkfs.ext4", "mount", "losetup")) {
            if (Shell.run("sh", "-c", "command -v " + program).status() != 0) {
                return Optional.of("the program " + program
                        + " is not on the PATH (Debian: iproute2, curl, util-linux, e2fsprogs, mount)");
            }
        }
        try {
            Path folder = Files.createTempDirectory(PREFIX);
            try (ProofNetwork trial = create(TRIAL)) {
                Disk.make(folder, TRIAL_MEBIBYTES);
                return trial.barrier();
            } finally {
                Shell.run("rm", "-r", "--one-file-system", folder.toString());
            }
        } catch (CommandFailure refused) {
            return Optional.of(refused.getMessage());
        } catch (IOException unwritable) {
            return Optional.of("no temporary folder can be made: " + unwritable.getMessage());
        }
    }

    /** What keeps a packet from going from one host to another; a port that refuses answers at once. */
    private Optional<String> barrier() {
        List<String> words = new ArrayList<>(inside(TRIAL.get(0)));
        words.addAll(List.of("curl", "-s", "-m", "5", "http://" + address(TRIAL.get(1)) + ":9/"));
        Shell.Answer answer = Shell.run(words.toArray(String[]::new));
        return answer.status() == CURL_REFUSED
                ? Optional.empty()
                : Optional.of("no packet goes from one namespace to another over a bridge (curl ends with status "
                        + answer.status() + " " + answer.text()
                        + "); where net.bridge.bridge-nf-call-iptables is 1, a firewall may drop it");
    }

    /**
     * Removes what an earlier command left, and makes the hosts. {@link #missing} says beforehand whether it can.
     *
     * @param hosts names of at most 8 letters and digits
     * @throws CommandFailure if another command has such a network, or this machine cannot
     */
    static ProofNetwork create(List<String> hosts) {
        ProofNetwork network = new ProofNetwork(hold());
        try {
            network.removeAll();
            Shell.must("ip", "link", "add", BRIDGE, "type", "bridge");
            // The bridge's own switch. Where net.bridge.bridge-nf-call-iptables is 1 that one still counts; a trial
            // finds out whether packets pass.
            Shell.run("ip", "link", "set", "dev", BRIDGE, "type", "bridge", "nf_call_iptables", "0");
            Shell.must("ip", "addr", "add", SUBNET + "1/24", "dev", BRIDGE);
            Shell.must("ip", "link", "set", BRIDGE, "up");
            for (String host : hosts) {
                network.add(host);
            }
            return network;
        } catch (RuntimeException failure) {
            network.close();
            throw failure;
        }
    }

    /** The host's address, on a network that this machine is on as well. */
    String address(String host) {
        return addresses.get(host);
    }

    /** What stands in front of a command line that is to run there. */
    List<String> inside(String host) {
        return List.of("ip", "netns", "exec", PREFIX + host);
    }

    /** Every process of the host; none where the kernel does not say in time. */
    List<Long> processes(String host) {
        return ids(Shell.run("ip", "netns", "pids", PREFIX + host).text());
    }

    /** The lines that are a number: others are words of the program, or of what ended it. */
    static List<Long> ids(String text) {
        return text.lines()
                .filter(line -> line.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .toList();
    }

    /** Sends a signal, such as STOP, to every process of the host. */
    void signal(String host, String signal) {
        for (long process : processes(host)) {
            Shell.run("kill", "-" + signal, Long.toString(process));
        }
    }

    /** From now on no packet leaves or reaches the host, and none is refused. */
    void cut(String host) {
        Shell.must("ip", "link", "set", PREFIX + host, "down");
    }

    /** Whether {@link #cutOutgoing} and {@link #lose} are possible here. */
    static boolean filters() {
        return Shell.run("sh", "-c", "command -v nft").status() == 0;
    }

    /** From now on no packet leaves the host; those for it still reach it. */
    void cutOutgoing(String host) {
        filter(host, "output", "oifname \"eth0\" drop");
    }

    /** From now on some packets that leave the host or are for it vanish, at random. @param percent 0 to 100 */
    void lose(String host, int percent) {
        filter(host, "output", "oifname \"eth0\" numgen random mod 100 < " + percent + " drop");
        filter(host, "input", "iifname \"eth0\" numgen random mod 100 < " + percent + " drop");
    }

    private void filter(String host, String hook, String rule) {
        nft(host, "add table inet proof");
        nft(host, "add chain inet proof " + hook + " { type filter hook " + hook + " priority 0; policy accept; }");
        nft(host, "add rule inet proof " + hook + " " + rule);
    }

    /**
     * From now on connections to a port of the host, from others, lead to another port of it; open ones are reset.
     */
    void redirectTo(String host, int port, int relay) {
        redirect(host, "prerouting", "iifname \"eth0\" tcp dport " + port + " redirect to :" + relay);
    }

    /** The same for the host's own connections to a port of another host, but for those from {@link #second}. */
    void redirectFrom(String host, String other, int port, int relay) {
        redirect(
                host,
                "output",
                "ip saddr != " + second(host) + " ip daddr " + address(other) + " tcp dport " + port + " redirect to :"
                        + relay);
    }

    /** A second address of the host, which it has until {@link #heal}. */
    String second(String host) {
        String second = address(host).replaceFirst("(?=[0-9]+$)", "1");
        Shell.run("ip", "-n", PREFIX + host, "addr", "add", second + "/24", "dev", "eth0");
        return second;
    }

    private void redirect(String host, String hook, String rule) {
        nft(host, "add table inet proof");
        nft(host, "add chain inet proof " + hook + " { type nat hook " + hook + " priority -100; policy accept; }");
        nft(host, "add rule inet proof " + hook + " " + rule);
    }

    /** Ends cuts, losses and redirections. */
    void heal(String host) {
        Shell.must("ip", "link", "set", PREFIX + host, "up");
        Shell.run("ip", "-n", PREFIX + host, "addr", "del", second(host) + "/24", "dev", "eth0");
        if (filters()) {
            nft(host, "add table inet proof");
            nft(host, "delete table inet proof");
        }
    }

    /** The status of an HTTP answer that the host gives itself; 0 where there is none. */
    int status(String host, String url, String... headers) {
        List<String> words = new ArrayList<>(inside(host));
        words.addAll(List.of("curl", "-s", "-m", "3", "-o", "/dev/null", "-w", "%{http_code}", url));
        for (String header : headers) {
            words.addAll(List.of("-H", header));
        }
        String answer = Shell.run(words.toArray(String[]::new)).text().strip();
        return answer.matches("[0-9]{3}") ? Integer.parseInt(answer) : 0;
    }

    /** The body of an HTTP answer that the host gives itself; empty where there is none. */
    String body(String host, String url) {
        List<String> words = new ArrayList<>(inside(host));
        words.addAll(List.of("curl", "-s", "-m", "3", url));
        Shell.Answer answer = Shell.run(words.toArray(String[]::new));
        return answer.status() == 0 ? answer.text() : "";
    }

    /** Ends every process of every host and removes all. */
    @Override
    public void close() {
        removeAll();
        try {
            lock.close();
        } catch (IOException unclosable) {
            throw CommandFailure.failed(LOCK + " could not be let go", unclosable);
        }
    }

    private void add(String host) {
        String name = PREFIX + host;
        String address = SUBNET + (FIRST_HOST + addresses.size());
        Shell.must("ip", "netns", "add", name);
        Shell.must("ip", "link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
        Shell.must("ip", "link", "set", name, "master", BRIDGE, "up");
        Shell.must("ip", "-n", name, "addr", "add", address + "/24", "dev", "eth0");
        Shell.must("ip", "-n", name, "link", "set", "eth0", "up");
        Shell.must("ip", "-n", name, "link", "set", "lo", "up");
        addresses.put(host, address);
    }

    private void nft(String host, String rule) {
        List<String> words = new ArrayList<>(inside(host));
        words.addAll(List.of("nft", rule));
        Shell.must(words.toArray(String[]::new));
    }

    private static FileChannel hold() {
        try {
            FileChannel channel = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = channel.tryLock();
            if (held == null) {
                channel.close();
                throw CommandFailure.unavailable("another `bulwark proof run` runs on this machine (" + LOCK + ")");
            }
            return channel;
        } catch (OverlappingFileLockException here) {
            throw CommandFailure.unavailable("this process has such a network already (" + LOCK + ")", here);
        } catch (IOException unwritable) {
            throw CommandFailure.unavailable(LOCK + " cannot be locked: " + unwritable.getMessage(), unwritable);
        }
    }

    private void removeAll() {
        for (String namespace : left(NAMESPACES)) {
            for (String process :
                    Shell.run("ip", "netns", "pids", namespace).text().lines().toList()) {
                Shell.run("kill", "-KILL", process);
            }
            Shell.run("ip", "netns", "del", namespace);
        }
        for (String link : left(Path.of("/sys/class/net"))) {
            Shell.run("ip", "link", "del", link);
        }
        for (String mount : Disk.mounted()) {
            Shell.run("umount", "-l", mount);
        }
    }

    private static List<String> left(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(PREFIX))
                    .toList();
        } catch (IOException unreadable) {
            throw CommandFailure.failed(folder + " cannot be read: " + unreadable, unreadable);
        }
    }

    /** A disk of a given size, a file on a loop mount, which can be filled and freed. */
    static final class Disk {

        private static final String FOLDER = "bulwark-proof-disk";
        private static final String FILLER = "filler";
        private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
        private static final Duration FILL_LIMIT = Duration.ofMinutes(5);

        private final Path folder;

        private Disk(Path folder) {
            this.folder = folder;
        }

        /** Makes and mounts one below a folder. */
        static Disk make(Path below, int mebibytes) {
            Path file = below.resolve("disk.img");
            Path folder = below.resolve(FOLDER);
            Shell.must("mkdir", "-p", folder.toString());
            Shell.must("truncate", "-s", mebibytes + "M", file.toString());
            Shell.must("mkfs.ext4", "-q", "-F", "-m", "0", file.toString());
            Shell.must("mount", "-o", "loop", file.toString(), folder.toString());
            return new Disk(folder);
        }

        Path folder() {
            return folder;
        }

        /** Leaves no byte free. */
        void fill() {
            Shell.run(FILL_LIMIT, "dd", "if=/dev/zero", "of=" + folder.resolve(FILLER), "bs=1M", "conv=fsync");
        }

        /** Takes the filling away. */
        void free() {
            Shell.must("rm", "-f", folder.resolve(FILLER).toString());
        }

        private static List<String> mounted() {
            try {
                return Files.readAllLines(MOUNTS).stream()
                        .map(line -> unescaped(line.split(" ")[1]))
                        .filter(mount -> mount.endsWith("/" + FOLDER))
                        .toList();
            } catch (IOException unreadable) {
                throw CommandFailure.failed(MOUNTS + " cannot be read: " + unreadable, unreadable);
            }
        }

        /** A path of {@code /proc/mounts}, where blank, tab, line feed and backslash are octal: {@code \040}. */
        static String unescaped(String path) {
            return OCTAL.matcher(path)
                    .replaceAll(
                            octal -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(octal.group(1), 8))));
        }
    }

    /** Runs small programs and waits for them. */
    static final class Shell {

        private static final Duration LIMIT = Duration.ofSeconds(60);
        private static final int OUTPUT_SECONDS = 5;

        /** @param status -1 where the program is not there or did not end within its limit */
        record Answer(int status, String text) {}

        static void must(String... words) {
            Answer answer = run(words);
            if (answer.status() != 0) {
                throw CommandFailure.unavailable(
                        String.join(" ", words) + " failed with status " + answer.status() + ": " + answer.text());
            }
        }

        static Answer run(String... words) {
            return run(LIMIT, words);
        }

        /** @param limit after which the program and what it started are killed */
        static Answer run(Duration limit, String... words) {
            try {
                Process process =
                        new ProcessBuilder(words).redirectErrorStream(true).start();
                process.getOutputStream().close();
                FutureTask<String> output = new FutureTask<>(
                        () -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
                Thread reading = new Thread(output, "proof-output");
                reading.setDaemon(true);
                reading.start();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    // The program first: a shell whose command is killed goes on with its next line.
                    List<ProcessHandle> started = process.descendants().toList();
                    process.destroyForcibly();
                    started.forEach(ProcessHandle::destroyForcibly);
                    return new Answer(-1, text(output) + " (no end within " + limit.toMillis() + " ms)");
                }
                return new Answer(process.exitValue(), text(output));
            } catch (IOException absent) {
                return new Answer(-1, absent.getMessage());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw CommandFailure.failed("interrupted while " + words[0] + " ran", interrupted);
            }
        }

        /** A program that went to the background may hold the output open for longer. */
        private static String text(FutureTask<String> output) throws InterruptedException {
            try {
                return output.get(OUTPUT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException unread) {
                return "(its output could not be read: " + unread + ")";
            }
        }
    }
}
