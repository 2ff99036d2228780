package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The clocks of hosts, by libfaketime. Monotonic clocks stay right. One thread. */
final class ProofClocks {

    private static final Path FAKETIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1");

    private final Map<String, Duration> ahead = new HashMap<>();

    /**
     * The host's processes have another time from their next start on.
     *
     * @param difference zero for the right time, negative for an earlier one
     */
    void set(String host, Duration difference) {
        if (!Files.exists(FAKETIME)) {
            throw CommandFailure.unavailable("clocks are set by " + FAKETIME + " (Debian: libfaketime)");
        }
        ahead.put(host, difference);
    }

    /**
     * What stands in front of a command line that is to have the host's clock. The library's correction of waits is off:
     * under Java 17 it ends every timed wait at once, so that threads that should wait take all of a core.
     */
    List<String> before(String host) {
        Duration difference = ahead.getOrDefault(host, Duration.ZERO);
        return difference.isZero()
                ? List.of()
                : List.of(
                        "env",
                        "LD_PRELOAD=" + FAKETIME,
                        "FAKETIME=" + (difference.isNegative() ? "" : "+") + difference.toSeconds(),
                        "FAKETIME_DONT_FAKE_MONOTONIC=1",
                        "FAKETIME_FORCE_MONOTONIC_FIX=0");
    }
}
