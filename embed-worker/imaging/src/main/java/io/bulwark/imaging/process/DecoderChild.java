package io.bulwark.imaging.process;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A decoder process, seen from the worker. One thread at a time uses it; any thread may kill it. A thread of its own talks
 * with the process and whoever uses it waits for that one, at most until the deadline: the pipes of a process that was
 * killed stay open for as long as another holds them, one that a hostile file started, and nothing ends a read of them.
 */
final class DecoderChild implements AutoCloseable {

    /** A process that has not said that it is ready by then never will. */
    private static final Duration START = Duration.ofSeconds(60);

    private static final int LAST_WORDS = 2_000;
    private static final int BUFFER = 1 << 16;

    private final Process process;
    private final ReaderSettings settings;
    private final ExecutorService talk;
    private final DataOutputStream out; // of the talk's thread alone
    private final DataInputStream in; // of the talk's thread alone
    private final StringBuilder lastWords = new StringBuilder(); // guarded by itself
    private volatile boolean begun;
    private volatile boolean closed;

    private DecoderChild(Process process, ReaderSettings settings) {
        this.process = process;
        this.settings = settings;
        this.talk = Executors.newSingleThreadExecutor(task -> thread(task, "talk"));
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER));
    }

    /**
     * Starts a process and waits until it could work.
     *
     * @throws IOException if it cannot be started, or would see something else of a file than the worker thinks
     */
    static DecoderChild start(DecoderCommand command, ReaderSettings settings) throws IOException {
        DecoderChild child = new DecoderChild(command.builder().start(), settings);
        boolean ready = false;
        try {
            child.thread(child::listen, "err").start();
            child.within(START, child::greet);
            ready = true;
            return child;
        } catch (IOException | TimeoutException failure) {
            child.close();
            throw new IOException(
                    "A decoder process did not start: " + failure.getMessage() + "; " + child.end(), failure);
        } finally {
            if (!ready) {
                child.close();
            }
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
        begun = false;
        try {
            return within(allowed, () -> ask(file, hashes));
        } catch (TimeoutException late) {
            close();
            return new PictureRead.Overdue(allowed);
        } catch (IOException failure) {
            close();
            throw new ChildDiedException(begun, failure.getMessage() + "; " + end());
        }
    }

    boolean isAlive() {
        return process.isAlive() && !closed;
    }

    /** Kills it, and what it has started. */
    @Override
    public void close() {
        closed = true;
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        talk.shutdown();
    }

    private Void greet() throws IOException {
        Wire.writeSettings(out, settings);
        byte ready = in.readByte();
        String sees = Wire.readText(in, Integer.MAX_VALUE);
        if (ready != Wire.READY || !sees.equals(settings.fingerprint())) {
            throw new IOException("it makes views " + sees + ", wanted are " + settings.fingerprint());
        }
        return null;
    }

    private PictureRead ask(byte[] file, boolean hashes) throws IOException {
        if (in.available() > 0) {
            throw new IOException("It said what nobody asked for");
        }
        Wire.writeRequest(out, file, hashes);
        byte said = in.readByte();
        if (said != Wire.BEGUN) {
            throw new IOException("It said " + said + " where it had to say that it holds the file");
        }
        begun = true;
        return Wire.readAnswer(in, settings);
    }

    private <T> T within(Duration allowed, Callable<T> turn) throws IOException, TimeoutException {
        try {
            return talk.submit(turn).get(allowed.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failure) {
            throw new IOException(failure.getCause().getMessage(), failure.getCause());
        } catch (RejectedExecutionException dead) {
            throw new IOException("It was told to end", dead);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("Nobody waits for it any more", stopped);
        }
    }

    private Thread thread(Runnable task, String what) {
        Thread thread = new Thread(task, "bulwark-decoder-" + process.pid() + "-" + what);
        thread.setDaemon(true);
        return thread;
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
                            : ", last words: "
                                    + Wire.oneLine(lastWords.toString().strip()));
        }
    }

    /** Keeps the last that it prints: warnings of libjpeg about files, and why a JVM ended. */
    private void listen() {
        byte[] buffer = new byte[LAST_WORDS];
        try (var err = process.getErrorStream()) {
            for (int n = err.read(buffer); n >= 0; n = err.read(buffer)) {
                hear(new String(buffer, 0, n, StandardCharsets.UTF_8));
            }
        } catch (IOException gone) {
            // The process is gone.
        }
    }

    private void hear(String words) {
        synchronized (lastWords) {
            lastWords.append(words);
            lastWords.delete(0, Math.max(0, lastWords.length() - LAST_WORDS));
        }
    }
}
