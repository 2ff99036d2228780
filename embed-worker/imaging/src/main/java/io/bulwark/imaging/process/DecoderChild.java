package io.bulwark.imaging.process;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A decoder process, seen from the worker. One thread at a time uses it; any thread may kill it. */
final class DecoderChild implements AutoCloseable {

    /** A process that has not said that it is ready by then never will. */
    private static final Duration START = Duration.ofSeconds(60);

    private static final int LAST_WORDS = 2_000;
    private static final int BUFFER = 1 << 16;

    private final Process process;
    private final ReaderSettings settings;
    private final ScheduledExecutorService deadlines;
    private final DataOutputStream out;
    private final DataInputStream in;
    private final StringBuilder lastWords = new StringBuilder(); // guarded by itself
    private volatile boolean overdue;

    private DecoderChild(Process process, ReaderSettings settings, ScheduledExecutorService deadlines) {
        this.process = process;
        this.settings = settings;
        this.deadlines = deadlines;
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER));
    }

    /**
     * Starts a process and waits until it could work.
     *
     * @throws IOException if it cannot be started, or would see something else of a file than the worker thinks
     */
    static DecoderChild start(DecoderCommand command, ReaderSettings settings, ScheduledExecutorService deadlines)
            throws IOException {
        DecoderChild child = new DecoderChild(command.builder().start(), settings, deadlines);
        child.listen();
        ScheduledFuture<?> alarm = child.killAfter(START);
        try {
            Wire.writeSettings(child.out, settings);
            byte ready = child.in.readByte();
            String sees = Wire.readText(child.in, Integer.MAX_VALUE);
            if (ready != Wire.READY || !sees.equals(settings.fingerprint())) {
                throw new IOException("it makes views " + sees + ", wanted are " + settings.fingerprint());
            }
            return child;
        } catch (IOException failure) {
            child.close();
            throw new IOException(
                    "A decoder process did not start: " + failure.getMessage() + "; " + child.end(), failure);
        } finally {
            alarm.cancel(false);
        }
    }

    long pid() {
        return process.pid();
    }

    /**
     * Has a file read.
     *
     * @throws ChildDiedException if the process died or said what it must not; it is dead then
     */
    PictureRead read(byte[] file, boolean hashes, Duration allowed) throws ChildDiedException {
        boolean begun = false;
        ScheduledFuture<?> alarm = killAfter(allowed);
        try {
            Wire.writeRequest(out, file, hashes);
            begun = in.readByte() == Wire.BEGUN;
            return Wire.readAnswer(in, settings);
        } catch (IOException failure) {
            close();
            if (overdue) {
                return new PictureRead.Overdue(allowed);
            }
            throw new ChildDiedException(begun, failure.getMessage() + "; " + end());
        } finally {
            alarm.cancel(false);
        }
    }

    boolean isAlive() {
        return process.isAlive() && !overdue;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private ScheduledFuture<?> killAfter(Duration allowed) {
        return deadlines.schedule(
                () -> {
                    overdue = true;
                    process.destroyForcibly();
                },
                allowed.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** How it ended, in one line. */
    private String end() {
        String code;
        try {
            code = process.waitFor(5, TimeUnit.SECONDS) ? "exit code " + process.exitValue() : "it does not end";
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            code = "exit code unknown";
        }
        synchronized (lastWords) {
            return code
                    + (lastWords.isEmpty()
                            ? ""
                            : ", last words: " + lastWords.toString().strip());
        }
    }

    /** Keeps the last that it prints: warnings of libjpeg about files, and why a JVM ended. */
    private void listen() {
        Thread listener = new Thread(
                () -> {
                    byte[] buffer = new byte[LAST_WORDS];
                    try (var err = process.getErrorStream()) {
                        for (int n = err.read(buffer); n >= 0; n = err.read(buffer)) {
                            hear(new String(buffer, 0, n, StandardCharsets.UTF_8));
                        }
                    } catch (IOException closed) {
                        // The process is gone.
                    }
                },
                "bulwark-decoder-" + process.pid() + "-err");
        listener.setDaemon(true);
        listener.start();
    }

    private void hear(String words) {
        synchronized (lastWords) {
            lastWords.append(words);
            lastWords.delete(0, Math.max(0, lastWords.length() - LAST_WORDS));
        }
    }
}
