package io.bulwark.lab.pod;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Looks ten times a second how much memory a process and its children hold; a page that several share counts once each. */
final class MemoryWatch implements AutoCloseable {

    private final AtomicLong most = new AtomicLong();
    private final Thread thread;

    MemoryWatch(long pid) {
        this.thread = new Thread(() -> watch(pid), "memory-watch");
        thread.setDaemon(true);
        thread.start();
    }

    /** Bytes that were resident at the worst moment. */
    long most() {
        return most.get();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch(long pid) {
        while (!Thread.currentThread().isInterrupted()) {
            long now = ProcessHandle.of(pid).stream()
                    .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                    .mapToLong(process -> resident(process.pid()))
                    .sum();
            most.accumulateAndGet(now, Math::max);
            try {
                Thread.sleep(100);
            } catch (InterruptedException over) {
                return;
            }
        }
    }

    private static long resident(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/status"))
                    .lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException gone) {
            return 0;
        }
    }
}
