package io.bulwark.cli.local;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A child process whose output goes to a file. Any thread may ask it; one thread at a time stops it.
 *
 * <p>It is stopped by {@link #close()}, or at the latest when this JVM ends: a {@link ChildMain} sees to that.
 */
public final class ChildProcess implements AutoCloseable {

    private static final int TAIL_LINES = 25;
    private static final int TAIL_BYTES = 8 * 1024;

    /** Between two notes of what a process still waits for. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /** Of what it waits for, in a note: a service's answer may be long. */
    private static final int NOTED = 200;

    private final String name;
    private final Process process;
    private final Path log;
    private final Duration grace;

    private ChildProcess(String name, Process process, Path log, Duration grace) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.grace = grace;
    }

    /**
     * Starts a JVM.
     *
     * @param name for messages, such as "worker"
     * @param command what to run
     * @param log where standard output and error are appended
     * @param grace how long it may take to stop before it is killed
     */
    static ChildProcess start(String name, JavaCommand command, Path log, Duration grace) {
        return start(name, List.of(), command, log, grace);
    }

    /**
     * The same behind other words, which must run it in their own process: {@code ip netns exec NAME}.
     *
     * @param before what stands in front of the command line
     */
    public static ChildProcess start(String name, List<String> before, JavaCommand command, Path log, Duration grace) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            List<String> words = new ArrayList<>(before);
            words.addAll(command.words());
            ProcessBuilder builder = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(command.environment());
            builder.environment().values().removeIf(String::isEmpty);
            return new ChildProcess(name, builder.start(), log, grace);
        } catch (IOException refused) {
            throw CommandFailure.unavailable("the " + name + " could not be started: " + refused.getMessage(), refused);
        }
    }

    /**
     * Waits until a probe answers "ready".
     *
     * @param probe empty when ready, else what it still waits for; called every 50 ms
     * @param limit how long
     * @throws CommandFailure if the process ends first or the limit passes; holds the end of its log
     */
    public void awaitReady(Supplier<Optional<String>> probe, Duration limit) {
        awaitReady(probe, limit, PAUSE, note -> {});
    }

    /** The same. @param notes told every ten seconds what it waits for, and when it is ready */
    void awaitReady(Supplier<Optional<String>> probe, Duration limit, Consumer<String> notes) {
        awaitReady(probe, limit, PAUSE, notes);
    }

    void awaitReady(Supplier<Optional<String>> probe, Duration limit, Duration pause, Consumer<String> notes) {
        long begin = System.nanoTime();
        long deadline = begin + limit.toNanos();
        long noted = begin;
        Optional<String> waitsFor = probe.get();
        while (waitsFor.isPresent()) {
            if (System.nanoTime() - noted >= pause.toNanos()) {
                noted = System.nanoTime();
                notes.accept("the " + name + " has been starting for " + secondsSince(begin) + " s: "
                        + shortened(waitsFor.get()));
            }
            if (exitedWithin(Duration.ofMillis(50))) {
                throw CommandFailure.unavailable(
                        "the " + name + " ended with status " + process.exitValue() + " before it was ready" + tail());
            }
            if (System.nanoTime() > deadline) {
                throw CommandFailure.unavailable(
                        "the " + name + " was not ready after " + limit.toSeconds() + " s: " + waitsFor.get() + tail());
            }
            waitsFor = probe.get();
        }
        notes.accept("the " + name + " is ready after " + secondsSince(begin) + " s");
    }

    private static long secondsSince(long begin) {
        return Math.round((System.nanoTime() - begin) / 1e9);
    }

    private static String shortened(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= NOTED ? line : line.substring(0, NOTED) + " ...";
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** The exit status; only once it is no longer alive. */
    int exitValue() {
        return process.exitValue();
    }

    /** SIGKILL, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        exitedWithin(Duration.ofSeconds(30));
    }

    /** SIGTERM, and SIGKILL after the grace period. */
    @Override
    public void close() {
        process.destroy();
        if (!exitedWithin(grace)) {
            kill();
        }
    }

    /** Whether it ended within that time. */
    boolean exitedWithin(Duration time) {
        try {
            return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while waiting for the " + name, interrupted);
        }
    }

    /** The end of the log, for a message. */
    public String tail() {
        List<String> lines = lastLines();
        int from = Math.max(0, lines.size() - TAIL_LINES);
        return "; the end of its log " + log + ":\n    " + String.join("\n    ", lines.subList(from, lines.size()));
    }

    private List<String> lastLines() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (file.length() - start)];
            file.seek(start);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the log " + log + " of the " + name, unreadable);
        }
    }

    /**
     * The command line of a child JVM under a {@link ChildMain}, by the same Java as this process.
     *
     * @param mainClass what runs
     * @param classpath what it finds its classes on
     * @param options of the JVM, such as {@code -Xmx512m}
     * @param properties system properties
     * @param arguments of the main class
     * @param environment variables in place of those of this process; an empty value takes one away
     */
    public record JavaCommand(
            String mainClass,
            List<Path> classpath,
            List<String> options,
            Map<String, String> properties,
            List<String> arguments,
            Map<String, String> environment) {

        public JavaCommand {
            classpath = List.copyOf(classpath);
            options = List.copyOf(options);
            properties = Map.copyOf(properties);
            arguments = List.copyOf(arguments);
            environment = Map.copyOf(environment);
        }

        /** The words of the command line, properties in the order of their names. */
        List<String> words() {
            List<String> words = new ArrayList<>();
            words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            words.addAll(options);
            new TreeMap<>(properties).forEach((name, value) -> words.add("-D" + name + "=" + value));
            words.add("-cp");
            words.add(String.join(
                    File.pathSeparator, classpath.stream().map(Path::toString).toList()));
            words.add(ChildMain.class.getName());
            words.add(mainClass);
            words.addAll(arguments);
            return words;
        }
    }
}
