package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

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

    private final Map<String, String> addresses = new LinkedHashMap<>();
    private final FileChannel lock;

    private ProofNetwork(FileChannel lock) {
        this.lock = lock;
    }

    /** Why this machine cannot have such a network; empty where it can. */
    static Optional<String> missing() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("network namespaces are Linux's, this is " + System.getProperty("os.name"));
        }
        if (!System.getProperty("user.name").equals("root")) {
            return Optional.of("network namespaces are made by root, this is " + System.getProperty("user.name"));
        }
        for (String program : List.of("ip", "curl", "mkfs.ext4", "mount")) {
            if (Shell.run("sh", "-c", "command -v " + program).status() != 0) {
                return Optional.of(
                        "the program " + program + " is not on the PATH (Debian: iproute2, curl, e2fsprogs, mount)");
            }
        }
        String trial = PREFIX + "trial";
        Shell.run("ip", "netns", "del", trial);
        Shell.Answer made = Shell.run("ip", "netns", "add", trial);
        Shell.run("ip", "netns", "del", trial);
        return made.status() == 0
                ? Optional.empty()
                : Optional.of("this machine makes no network namespace: " + made.text());
    }

    /**
     * Removes what an earlier command left, and makes the hosts.
     *
     * @param hosts names of at most 8 letters and digits
     * @throws CommandFailure if another command has such a network, or this machine cannot
     */
    static ProofNetwork create(List<String> hosts) {
        missing().ifPresent(reason -> {
            throw CommandFailure.unavailable(reason);
        });
        ProofNetwork network = new ProofNetwork(hold());
        try {
            network.removeAll();
            Shell.must("ip", "link", "add", BRIDGE, "type", "bridge");
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

    /** Every process of the host. */
    List<Long> processes(String host) {
        return Shell.run("ip", "netns", "pids", PREFIX + host)
                .text()
                .lines()
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

    /** Whether {@link #cutOutgoing} is possible here. */
    static boolean filters() {
        return Shell.run("sh", "-c", "command -v nft").status() == 0;
    }

    /** From now on no packet leaves the host; those for it still reach it. */
    void cutOutgoing(String host) {
        nft(host, "add table inet proof");
        nft(host, "add chain inet proof out { type filter hook output priority 0; policy accept; }");
        nft(host, "add rule inet proof out oifname \"eth0\" drop");
    }

    /** Ends either cut. */
    void heal(String host) {
        Shell.must("ip", "link", "set", PREFIX + host, "up");
        if (filters()) {
            nft(host, "add table inet proof");
            nft(host, "delete table inet proof");
        }
    }

    /** The status of an HTTP answer that the host gives itself; 0 where there is none. */
    int status(String host, String url) {
        List<String> words = new ArrayList<>(inside(host));
        words.addAll(List.of("curl", "-s", "-m", "3", "-o", "/dev/null", "-w", "%{http_code}", url));
        String answer = Shell.run(words.toArray(String[]::new)).text().strip();
        return answer.matches("[0-9]{3}") ? Integer.parseInt(answer) : 0;
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
            Shell.run("dd", "if=/dev/zero", "of=" + folder.resolve(FILLER), "bs=1M", "conv=fsync");
        }

        /** Takes the filling away. */
        void free() {
            Shell.must("rm", "-f", folder.resolve(FILLER).toString());
        }

        private static List<String> mounted() {
            try {
                return Files.readAllLines(MOUNTS).stream()
                        .map(line -> line.split(" ")[1])
                        .filter(mount -> mount.endsWith("/" + FOLDER))
                        .toList();
            } catch (IOException unreadable) {
                throw CommandFailure.failed(MOUNTS + " cannot be read: " + unreadable, unreadable);
            }
        }
    }

    /** Runs small programs and waits for them. */
    private static final class Shell {

        private static final int LIMIT_SECONDS = 60;

        private record Answer(int status, String text) {}

        static void must(String... words) {
            Answer answer = run(words);
            if (answer.status() != 0) {
                throw CommandFailure.unavailable(
                        String.join(" ", words) + " failed with status " + answer.status() + ": " + answer.text());
            }
        }

        static Answer run(String... words) {
            try {
                Process process =
                        new ProcessBuilder(words).redirectErrorStream(true).start();
                process.getOutputStream().close();
                String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return new Answer(-1, text + " (no end within " + LIMIT_SECONDS + " s)");
                }
                return new Answer(process.exitValue(), text);
            } catch (IOException absent) {
                return new Answer(-1, absent.getMessage());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw CommandFailure.failed("interrupted while " + words[0] + " ran", interrupted);
            }
        }
    }
}
