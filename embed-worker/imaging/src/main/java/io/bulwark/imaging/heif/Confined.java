package io.bulwark.imaging.heif;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a program is run that a file may take over: no environment, no core file, a limit of CPU time and of what it writes;
 * address space and number of files are limited as in the process that runs it.
 *
 * @param cpuSeconds of all its threads
 * @param outputBytes of each file that it writes
 * @param deadline after which it is killed
 */
record Confined(int cpuSeconds, long outputBytes, Duration deadline) {

    private static final File NOTHING = new File("/dev/null");

    /** Of POSIX, for files. */
    private static final int BLOCK = 512;

    /** Whoever starts it may be killed, and it may be waiting for ever: only the kernel can end it then. */
    private static final String DIE_WITH_PARENT =
            "if command -v setpriv >/dev/null; then exec setpriv --pdeathsig KILL -- \"$@\"; fi; exec \"$@\"";

    /**
     * Runs a program to its end.
     *
     * @param told gets what it prints, errors too
     * @return its exit code; 128 and the number of the signal that ended it
     * @throws IOException if it cannot be started
     */
    int run(List<String> words, Path told) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                "ulimit -c 0; ulimit -t " + cpuSeconds + "; ulimit -f " + (outputBytes / BLOCK + 1) + "; "
                        + DIE_WITH_PARENT,
                "sh"));
        command.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(NOTHING)
                .redirectErrorStream(true)
                .redirectOutput(told.toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", "/usr/bin:/bin");
        environment.put("LANG", "C.UTF-8");
        environment.put("MALLOC_ARENA_MAX", "2");
        Process process = builder.start();
        try {
            if (!process.waitFor(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                process.destroyForcibly();
            }
            return process.waitFor();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("The decoding of a file was interrupted", stopped);
        } finally {
            process.destroyForcibly();
        }
    }
}
