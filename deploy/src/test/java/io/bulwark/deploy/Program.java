package io.bulwark.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that a test asks; without it the test is skipped. */
public enum Program {
    KUBECTL("kubectl"),
    PROMTOOL("promtool"),
    PROMETHEUS("prometheus"),
    DOCKER_COMPOSE("docker-compose");

    private static final int LIMIT_SECONDS = 300;
    private static final Map<List<String>, String> OUTPUTS = new ConcurrentHashMap<>();

    private final String command;

    Program(String command) {
        this.command = command;
    }

    /**
     * What it prints to the standard output.
     *
     * @throws AssertionError with what it said if it fails
     */
    public String output(Path folder, String... arguments) {
        Answer answer = run(folder, arguments);
        assertThat(answer.status())
                .as("%s %s: %s", command, String.join(" ", arguments), answer.errors())
                .isZero();
        return answer.output();
    }

    /** The same of files that do not change, which it is asked once in a JVM. */
    public String outputOnce(Path folder, String... arguments) {
        List<String> question = new ArrayList<>(List.of(command, folder.toString()));
        question.addAll(Arrays.asList(arguments));
        return OUTPUTS.computeIfAbsent(question, asked -> output(folder, arguments));
    }

    /** Runs it to its end, however that is. */
    public Answer run(Path folder, String... arguments) {
        assumeThere();
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(Arrays.asList(arguments));
        try {
            Path output = Files.createTempFile(command, ".out");
            Path errors = Files.createTempFile(command, ".err");
            try {
                Process process = new ProcessBuilder(line)
                        .directory(folder.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
                process.getOutputStream().close();
                boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
                process.destroyForcibly();
                assertThat(ended)
                        .as("%s ended within %d s", command, LIMIT_SECONDS)
                        .isTrue();
                return new Answer(
                        process.exitValue(),
                        Files.readString(output, StandardCharsets.UTF_8),
                        Files.readString(errors, StandardCharsets.UTF_8));
            } finally {
                Files.delete(output);
                Files.delete(errors);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + command + " ran", interrupted);
        }
    }

    /** Skips the test where the program is missing. */
    public void assumeThere() {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(path -> Files.isExecutable(Path.of(path, command)));
        assumeTrue(there, command + " is not on the PATH.");
    }

    /** How it ended and what it said. */
    public record Answer(int status, String output, String errors) {}
}
