package io.bulwark.imaging.process;

import io.bulwark.imaging.ProcessStat;
import io.bulwark.imaging.ScratchFolder;
import io.bulwark.imaging.isolation.IsolationSupport;
import io.bulwark.imaging.isolation.IsolationSupport.IsolationState;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A decoder process, seen from the worker. One thread at a time uses it; any thread may kill it. A second thread talks
 * with the process and the caller waits for that thread, at most until the deadline: the pipes of a process that was
 * killed stay open for as long as another holds them, one that a hostile file started, and nothing ends a read of them.
 */
final class DecoderChild implements AutoCloseable {

    /** A process that has not said that it is ready by then never will. */
    static final Duration START = Duration.ofSeconds(40);

    /** The exit code of a process that was killed by SIGKILL. */
    private static final int KILLED = 137;

    /** The pipes of a process that was killed close a moment before its exit code is known. */
    private static final Duration LAST_BREATH = Duration.ofMillis(500);

    private static final String FOLDER_KIND = "bulwark-decoder-";
    private static final int LAST_WORDS = 2_000;
    private static final int BUFFER = 1 << 16;

    private final Process process;
    private final ReaderSettings settings;
    private final ExecutorService talk;
    private final DataOutputStream out; // of the talk's thread alone
    private final DataInputStream in; // of the talk's thread alone
    private final StringBuilder lastWords = new StringBuilder(); // guarded by itself
    private final AtomicInteger nativeLeft;
    private final ScratchFolder folder;

    /** Whether its process id is also that of its process group, which nothing that it starts can leave. */
    private final boolean leads;

    private volatile IsolationState isolation;
    private volatile boolean begun;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Thread listener;

    private DecoderChild(
            Process process, ScratchFolder folder, boolean leads, ReaderSettings settings, int nativeFiles) {
        this.process = process;
        this.folder = folder;
        this.leads = leads;
        this.nativeLeft = new AtomicInteger(nativeFiles);
        this.settings = settings;
        this.talk = Executors.newSingleThreadExecutor(task -> thread(task, "talk"));
        this.listener = thread(this::listen, "err");
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER));
    }

    /**
     * Starts a process and waits until it could work.
     *
     * @param isolated whether the kernel confines it
     * @param nativeFiles that it may read before it is worn
     * @param allowed time to start, at most {@link #START}
     * @throws EndedEarlyException if it ended by itself, which is also how it says that it could not be confined
     * @throws IOException if it cannot be started, or would see something else of a file than the worker thinks
     */
    static DecoderChild start(
            DecoderCommand command, boolean isolated, ReaderSettings settings, int nativeFiles, Duration allowed)
            throws IOException {
        ScratchFolder folder = ScratchFolder.open(Path.of(System.getProperty("java.io.tmpdir")), FOLDER_KIND);
        Process process;
        try {
            process = (isolated ? command.isolated(folder.path()) : command.plain(folder.path())).start();
        } catch (IOException refused) {
            folder.close();
            throw refused;
        }
        DecoderChild child = new DecoderChild(process, folder, isolated, settings, nativeFiles);
        boolean ready = false;
        try {
            child.listener.start();
            child.isolation = within(allowed, child.talk(child::greet));
            ready = true;
            return child;
        } catch (IOException | TimeoutException failure) {
            boolean ended = child.endsSoon() && process.exitValue() != KILLED;
            String end = child.end();
            String message = "A decoder process did not start: " + failure.getMessage() + "; " + end;
            throw ended ? new EndedEarlyException(message, failure) : new IOException(message, failure);
        } finally {
            if (!ready) {
                child.close();
            }
        }
    }

    /** A process ended by itself before it could work, and was not killed for want of memory. */
    static final class EndedEarlyException extends IOException {
        private EndedEarlyException(String how, Exception cause) {
            super(how, cause);
        }
    }

    /** What confines it, by its own word before it read a file. */
    IsolationState isolation() {
        return isolation;
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
    PictureRead read(byte[] file, Wire.Wanted wanted, Duration allowed, Duration longest) throws ChildDiedException {
        begun = false;
        nativeLeft.addAndGet(-ProcessLimits.nativeFiles(file));
        try {
            ProcessHandle handle = process.toHandle();
            FairDeadline deadline = new FairDeadline(
                    allowed, longest, ProcessStat.ownCpuTime(handle), () -> ProcessStat.cpuTime(handle));
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
            throw new ChildDiedException(begun, killed, failure.getMessage() + "; " + end());
        }
    }

    /** Whether it has read enough files by native code to be replaced. */
    boolean isWorn() {
        return nativeLeft.get() <= 0;
    }

    boolean isAlive() {
        return process.isAlive() && !closed.get();
    }

    /** Kills it, and what it has started; its folder is deleted once it is gone. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        if (leads) {
            IsolationSupport.killGroup(process.pid());
        }
        talk.shutdown();
        process.onExit().thenRun(this::deleteFolder);
    }

    private void deleteFolder() {
        try {
            folder.close();
        } catch (IOException remains) {
            // The next process to start deletes it.
        }
    }

    private IsolationState greet() throws IOException {
        Wire.writeSettings(out, settings);
        byte ready = in.readByte();
        String sees = Wire.readText(in, Integer.MAX_VALUE);
        if (ready != Wire.READY || !sees.equals(settings.fingerprint())) {
            throw new IOException("it makes views " + sees + ", wanted are " + settings.fingerprint());
        }
        return Wire.readIsolation(in);
    }

    private PictureRead ask(byte[] file, Wire.Wanted wanted) throws IOException {
        if (in.available() > 0) {
            throw new IOException("It sent an unrequested answer");
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
            throw new IOException("The caller no longer waits for it", stopped);
        }
    }

    private Thread thread(Runnable task, String what) {
        Thread thread = new Thread(task, "bulwark-decoder-" + process.pid() + "-" + what);
        thread.setDaemon(true);
        return thread;
    }

    /** Whether another process has killed it: one that lies or has to end lives until {@link #close}. */
    private boolean wasKilled() {
        return endsSoon() && process.exitValue() == KILLED;
    }

    private boolean endsSoon() {
        try {
            boolean ended = process.waitFor(LAST_BREATH.toNanos(), TimeUnit.NANOSECONDS);
            if (ended) {
                listener.join(LAST_BREATH.toMillis());
            }
            return ended;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Closes it; how it ended, in one line. */
    private String end() {
        close();
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

    /** A decoder process died with a file in hand. */
    static final class ChildDiedException extends Exception {

        private final boolean begun;
        private final boolean killed;

        /**
         * @param begun whether it held the whole file, so that its death may be the file's doing
         * @param killed whether it was ended from outside
         * @param how it died
         */
        ChildDiedException(boolean begun, boolean killed, String how) {
            super(how);
            this.begun = begun;
            this.killed = killed;
        }

        boolean begun() {
            return begun;
        }

        /** Whether the kernel, for want of memory, or another program ended it: that need not be the file's doing. */
        boolean killed() {
            return killed;
        }
    }
}
