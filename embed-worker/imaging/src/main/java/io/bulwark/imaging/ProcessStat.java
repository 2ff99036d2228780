package io.bulwark.imaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What Linux shows of a process in {@code /proc/pid/stat} (proc(5)). Any thread. */
public final class ProcessStat {

    /** Of Linux, whatever the kernel counts in by itself. */
    private static final long MILLIS_PER_TICK = 10;

    /** Time in the program and in the kernel, of itself and of the children that it has waited for. */
    private static final int FIRST_TIME = 11;

    private static final int TIMES = 4;

    private static final int START = 19;

    private ProcessStat() {}

    /** When a process started, in ticks since the machine did; empty where it is unknown. */
    static Optional<Long> start(long pid) {
        return of(pid).map(fields -> Long.parseLong(fields.get(START)));
    }

    /**
     * CPU time that was used so far by a process, by all below it and by all that ended there, in steps of 10 ms; empty
     * where it is gone or the system is not Linux.
     */
    public static Optional<Duration> cpuTime(ProcessHandle process) {
        return ownCpuTime(process)
                .map(own -> process.descendants()
                        .flatMap(below -> ownCpuTime(below).stream())
                        .reduce(own, Duration::plus));
    }

    /**
     * Its own, and that of what has ended there: cheap, and the whole while nothing runs below it. Else as
     * {@link #cpuTime}.
     */
    public static Optional<Duration> ownCpuTime(ProcessHandle process) {
        return of(process.pid()).map(fields -> {
            long ticks = 0;
            for (String time : fields.subList(FIRST_TIME, FIRST_TIME + TIMES)) {
                ticks += Long.parseLong(time);
            }
            return Duration.ofMillis(ticks * MILLIS_PER_TICK);
        });
    }

    /** The fields behind the process's name, the first being its state; empty where it is gone or hidden. */
    private static Optional<List<String>> of(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            // The name may hold blanks and brackets.
            return Optional.of(List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ")));
        } catch (IOException goneOrNotLinux) {
            return Optional.empty();
        }
    }
}
