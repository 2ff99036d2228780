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
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A decoder process, seen from the worker. One thread at a time uses it; any thread may kill it. A thread of its own talks
 * with the process and whoever uses it waits for that one, at most until the deadline: the pipes of a process that was
 * killed stay open for as long as another holds them, one that a hostile file started, and nothing ends a read of them.
 */
final class DecoderChild implements AutoCloseable {

    /** A process that has not said that it is ready by then never will. */
    static final Duration START = Duration.ofSeconds(40);

    /** The exit code of a process that was killed by SIGKILL. */
    private static final int KILLED = 137;

    /** The pipes of a process that was killed close a moment before its exit code is known. */
    private static final Duration LAST_BREATH = Duration.ofMillis(500);

    private static final int LAST_WORDS = 2_000;
    private static final int BUFFER = 1 << 16;

    private final Process process;
    private final ReaderSettings settings;
    private final ExecutorService talk;
    private final DataOutputStream out; // of the talk's thread alone
    private final DataInputStream in; // of the talk's thread alone
    private final StringBuilder lastWords = new StringBuilder(); // guarded by itself
    private final AtomicInteger nativeLeft;
    private volatile boolean begun;
    private volatile boolean closed;

    private DecoderChild(Process process, ReaderSettings settings, int nativeFiles) {
        this.process = process;
        this.nativeLeft = new AtomicInteger(nativeFiles);
        this.settings = settings;
        this.talk = Executors.newSingleThreadExecutor(task -> thread(task, "talk"));
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER));
    }

    /**
     * Starts a process and waits until it could work.
     *
     * @param nativeFiles that it may read before it is worn
     * @param allowed time to start, at most {@link #START}
     * @throws IOException if it cannot be started, or would see something else of a file than the worker thinks
     */
    static DecoderChild start(DecoderCommand command, ReaderSettings settings, int nativeFiles, Duration allowed)
            throws IOException {
        DecoderChild child = new DecoderChild(command.builder().start(), settings, nativeFiles);
        boolean ready = false;
        try {
            child.thread(child::listen, "err").start();
            within(allowed, child.talk(child::greet));
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
     * @param allowed CPU time, as {@link FairDeadline} counts it
     * @param longest wall time, whatever the process got of its CPUs
     * @throws ChildDiedException if the process died or said what it must not; it is dead then
     */
    PictureRead read(byte[] file, Wanted wanted, Duration allowed, Duration longest) throws ChildDiedException {
        begun = false;
        nativeLeft.addAndGet(-NativeWear.of(file));
        try {
            ProcessHandle handle = process.toHandle();
            FairDeadline deadline =
                    new FairDeadline(allowed, longest, CpuTime.ofItself(handle), () -> CpuTime.of(handle));
            Future<PictureRead> answer = talk(() -> ask(file, wanted));
            while (true) {
                try {
                    return within(deadline.nextLook(), answer);
                } catch (TimeoutException late) {
                    if (deadline.hasPassed()) {
                        close();
                        return new PictureRead.Overdue(allowed);
                    }
                }
            }
        } catch (IOException failure) {
            boolean killed = wasKilled();
            close();
            throw new ChildDiedException(begun, killed, failure.getMessage() + "; " + end());
        }
    }

    /** Whether it has read so many files by native code that another is to take its place. */
    boolean isWorn() {
        return nativeLeft.get() <= 0;
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

    private PictureRead ask(byte[] file, Wanted wanted) throws IOException {
        if (in.available() > 0) {
            throw new IOException("It said what nobody asked for");
        }
        Wire.writeRequest(out, file, wanted);
        byte said = in.readByte();
        if (said != Wire.BEGUN) {
            throw new IOException("It said " + said + " where it had to say that it holds the file");
        }
        begun = true;
        return Wire.readAnswer(in, settings, wanted);
    }

    private <T> Future<T> talk(Callable<T> turn) throws IOException {
        try {
            return talk.submit(turn);
        } catch (RejectedExecutionException dead) {
            throw new IOException("It was told to end", dead);
        }
    }

    private static <T> T within(Duration allowed, Future<T> turn) throws IOException, TimeoutException {
        try {
            return turn.get(allowed.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException failure) {
            throw new IOException(failure.getCause().getMessage(), failure.getCause());
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

    /** Whether somebody else has killed it: one that lies or is told to end lives until {@link #close}. */
    private boolean wasKilled() {
        try {
            return process.waitFor(LAST_BREATH.toNanos(), TimeUnit.NANOSECONDS) && process.exitValue() == KILLED;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
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
