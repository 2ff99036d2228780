package io.bulwark.imaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What Linux shows of a process in {@code /proc/pid/stat} (proc(5)). */
public final class ProcessStat {

    private ProcessStat() {}

    /**
     * The fields behind the process's name, the first being its state. Any thread.
     *
     * @return empty where the process is gone, hidden from this one, or the system is not Linux
     */
    public static Optional<List<String>> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            // The name may hold blanks and brackets.
            return Optional.of(List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ")));
        } catch (IOException goneOrNotLinux) {
            return Optional.empty();
        }
    }
}
