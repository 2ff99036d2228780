package io.bulwark.cli.local;

import java.util.stream.Stream;

/** A worker and the processes that decode for it. */
public final class ProcessTree {

    private ProcessTree() {}

    /** The process and all that it started and that live; empty where it is gone. */
    public static Stream<ProcessHandle> of(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()));
    }
}
