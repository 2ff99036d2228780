package io.bulwark.imaging.process;

import io.bulwark.imaging.ProcessStat;
import java.time.Duration;
import java.util.Optional;

/** CPU time of a process, of all that runs below it and of all that ended there (proc(5), {@code /proc/pid/stat}). */
public final class CpuTime {

    /** Of Linux, whatever the kernel counts in by itself. */
    private static final long MILLIS_PER_TICK = 10;

    /** Time in the program and in the kernel, of itself and of the children that it has waited for; behind the name. */
    private static final int FIRST_FIELD = 11;

    private static final int FIELDS = 4;

    private CpuTime() {}

    /**
     * What was used so far by a process, all below it and all that ended there, in steps of 10 ms; empty where it is gone, or
     * where the system does not tell, which is Linux alone. Any thread.
     */
    public static Optional<Duration> of(ProcessHandle process) {
        return ofOne(process.pid())
                .map(own -> process.descendants()
                        .flatMap(below -> ofOne(below.pid()).stream())
                        .reduce(own, Duration::plus));
    }

    /** Its own, and that of what has ended there: cheap, and the whole while nothing runs below it. Else as {@link #of}. */
    public static Optional<Duration> ofItself(ProcessHandle process) {
        return ofOne(process.pid());
    }

    private static Optional<Duration> ofOne(long pid) {
        return ProcessStat.of(pid).map(fields -> {
            long ticks = 0;
            for (int i = FIRST_FIELD; i < FIRST_FIELD + FIELDS; i++) {
                ticks += Long.parseLong(fields.get(i));
            }
            return Duration.ofMillis(ticks * MILLIS_PER_TICK);
        });
    }
}
