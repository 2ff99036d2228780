package io.bulwark.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Memory of a process that lies in RAM. */
public final class ResidentMemory {

    private static final String FIELD = "VmRSS:";

    private ResidentMemory() {}

    /** Bytes, as Linux counts them; empty on other systems and for a process that is gone. */
    public static OptionalLong of(long pid) {
        try {
            return parse(Files.readString(Path.of("/proc/" + pid + "/status")));
        } catch (IOException unknown) {
            return OptionalLong.empty();
        }
    }

    /** Bytes of a process and its descendants; shared pages count in each. Empty as for one. */
    public static OptionalLong ofAll(long pid) {
        OptionalLong own = of(pid);
        return own.isEmpty()
                ? own
                : OptionalLong.of(ProcessTree.of(pid)
                        .mapToLong(process -> of(process.pid()).orElse(0))
                        .sum());
    }

    static OptionalLong parse(String status) {
        return status.lines()
                .filter(line -> line.startsWith(FIELD))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst();
    }

    /** A worker and the processes that decode for it. */
    public static final class ProcessTree {

        private ProcessTree() {}

        /** The process and all that it started and that live; empty where it is gone. */
        public static Stream<ProcessHandle> of(long pid) {
            return ProcessHandle.of(pid).stream()
                    .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
        }
    }
}
