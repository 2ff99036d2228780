package io.bulwark.cli.pod;

import io.bulwark.cli.local.ResidentMemory;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks ten times a second how much memory a process and its children hold; a page that several share counts in each of
 * them.
 */
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
            long now = ResidentMemory.ofAll(pid).orElse(0);
            most.accumulateAndGet(now, Math::max);
            try {
                Thread.sleep(100);
            } catch (InterruptedException over) {
                return;
            }
        }
    }
}
