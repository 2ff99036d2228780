package io.bulwark.imaging.process;

import io.bulwark.imaging.isolation.IsolationLauncher.Isolation;
import io.bulwark.imaging.isolation.IsolationSupport;
import io.bulwark.imaging.isolation.IsolationSupport.IsolationState;
import io.bulwark.imaging.process.DecoderChild.ChildDiedException;
import io.bulwark.imaging.process.FairDeadline.TimeLeft;
import io.bulwark.imaging.process.PictureReader.PictureRead;
import io.bulwark.imaging.process.PictureReader.ReaderUnavailableException;
import io.bulwark.imaging.process.Wire.Wanted;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Reads files in expendable processes, each with one file at a time. A file whose process dies is read once more by a
 * new one; if that dies too, the file is {@link PictureRead.Deadly}, but where that one was killed from outside, for
 * want of memory most likely: then the file is tried a last time while no other is read. So is a HEIC or AVIF that
 * fails while its command or room in the temporary folder may be lacking ({@link HeifMachine}). Any thread.
 */
public final class DecoderPool implements PictureReader, PictureReader.PicturePreviewer, AutoCloseable {

    /** Deaths before a file was in hand, in a row, after which something is wrong that is not a file. */
    private static final int MOST_EARLY_DEATHS = 3;

    private final ReaderSettings settings;
    private final ProcessLimits limits;
    private final DecoderCommand command;
    private final Consumer<String> deaths;
    private final Semaphore free;
    private final HeifMachine heif;

    /** What the first process said; null before. It decides for all later ones: no file can talk the pool out of it. */
    private final AtomicReference<IsolationState> isolation = new AtomicReference<>();

    /** Processes that are ready come first, starting ones last. */
    private final ConcurrentLinkedDeque<CompletableFuture<DecoderChild>> idle = new ConcurrentLinkedDeque<>();

    private final Set<DecoderChild> living = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Makes a pool; nothing runs yet.
     *
     * @param deaths told of each process that died, and how; on the thread that asked it
     */
    public DecoderPool(ReaderSettings settings, ProcessLimits limits, Consumer<String> deaths) {
        this(settings, limits, DecoderProcess.class, deaths, new HeifMachine(settings));
    }

    DecoderPool(
            ReaderSettings settings,
            ProcessLimits limits,
            Class<?> program,
            Consumer<String> deaths,
            HeifMachine heif) {
        this.settings = settings;
        this.limits = limits;
        this.command = new DecoderCommand(program, limits, settings.heif());
        this.deaths = deaths;
        this.heif = heif;
        this.free = new Semaphore(limits.processes(), true);
    }

    /**
     * Starts all processes and returns once they can work.
     *
     * @throws ReaderUnavailableException if one cannot be started
     */
    public void start() {
        List<CompletableFuture<DecoderChild>> starts =
                IntStream.range(0, limits.processes()).mapToObj(i -> starting()).toList();
        try {
            CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
            idle.addAll(starts);
        } catch (CompletionException e) {
            close();
            throw e.getCause() instanceof ReaderUnavailableException unavailable ? unavailable : e;
        }
    }

    /**
     * {@inheritDoc} It takes no longer than {@link ProcessLimits#longestRead}, whatever happens; a longer wait for a
     * process ends with {@link PictureReader.ReaderUnavailableException}.
     */
    @Override
    public PictureRead read(byte[] file, boolean hashes) {
        return read(file, hashes ? Wanted.VIEWS_AND_HASHES : Wanted.VIEWS);
    }

    /** {@inheritDoc} It takes as long as {@link #read(byte[], boolean)} at most. */
    @Override
    public PictureRead preview(byte[] file, boolean strip) {
        return read(file, strip ? Wanted.STRIP : Wanted.PICTURE);
    }

    private PictureRead read(byte[] file, Wanted wanted) {
        heif.requireAgain(file);
        TimeLeft time = new TimeLeft(limits.longestRead());
        boolean killed = false;
        try {
            PictureRead answer = read(file, wanted, time);
            if (!heif.mayExplain(file, answer) || !heif.mayLackBeside(file, limits.processes())) {
                return answer;
            }
        } catch (ChildDiedException death) {
            if (!death.killed()) {
                return new PictureRead.Deadly(death.getMessage());
            }
            killed = true;
        }
        try {
            return readAlone(file, wanted, time, killed);
        } catch (ChildDiedException death) {
            return new PictureRead.Deadly(death.getMessage());
        }
    }

    /**
     * Reads a file by one process, and once more by another if that dies.
     *
     * @throws ChildDiedException how the last process died that had the file
     */
    private PictureRead read(byte[] file, Wanted wanted, TimeLeft time) throws ChildDiedException {
        acquire(1, time);
        try {
            return tries(file, wanted, time, 2);
        } finally {
            free.release();
        }
    }

    /**
     * Reads a file while no other process has anything to do.
     *
     * @param killed whether two processes were killed with it: memory was short, it seems, so that all others end
     *     first, and what they hold of earlier files is given back with them
     * @throws ChildDiedException how the process died that had the file
     */
    private PictureRead readAlone(byte[] file, Wanted wanted, TimeLeft time, boolean killed) throws ChildDiedException {
        int all = limits.processes();
        acquire(all, time);
        try {
            if (killed) {
                endIdle(time);
            }
            heif.require(file);
            PictureRead answer = tries(file, wanted, time, killed ? 1 : 2);
            if (heif.mayExplain(file, answer)) {
                heif.require(file);
            }
            return answer;
        } finally {
            free.release(all);
        }
    }

    private void acquire(int permits, TimeLeft time) {
        boolean acquired = false;
        try {
            acquired = free.tryAcquire(permits, time.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        if (!acquired) {
            throw tooLate();
        }
    }

    private ReaderUnavailableException tooLate() {
        return new ReaderUnavailableException(
                "No decoder process had time for a file within "
                        + limits.longestRead().toSeconds() + " s",
                null);
    }

    private PictureRead tries(byte[] file, Wanted wanted, TimeLeft time, int deadly) throws ChildDiedException {
        int early = 0;
        int begun = 0;
        while (true) {
            DecoderChild child = take(time);
            if (time.left().compareTo(limits.deadline()) < 0) {
                idle.addFirst(CompletableFuture.completedFuture(child));
                throw tooLate();
            }
            try {
                PictureRead answer = child.read(file, wanted, limits.deadline(), time.left(limits.longestDecode()));
                giveBack(child);
                return answer;
            } catch (ChildDiedException death) {
                living.remove(child);
                requireOpen();
                deaths.accept(death.getMessage());
                if (!death.begun() && ++early >= MOST_EARLY_DEATHS) {
                    throw new ReaderUnavailableException(
                            early + " decoder processes died before they had a file; the last: " + death.getMessage(),
                            death);
                }
                if (death.begun() && ++begun >= deadly) {
                    throw death;
                }
            }
        }
    }

    private void giveBack(DecoderChild child) {
        if (child.isAlive() && !child.isWorn()) {
            idle.addFirst(CompletableFuture.completedFuture(child));
            return;
        }
        boolean isWorn = child.isAlive();
        living.remove(child);
        child.close();
        if (isWorn && !closed) {
            idle.addLast(starting());
        }
    }

    private DecoderChild take(TimeLeft time) {
        for (CompletableFuture<DecoderChild> next = idle.poll(); next != null; next = idle.poll()) {
            DecoderChild child = ready(next, time);
            if (child.isAlive()) {
                return child;
            }
            living.remove(child);
            child.close();
            deaths.accept("while it had nothing to do");
        }
        return started(time.left(DecoderChild.START));
    }

    private DecoderChild ready(CompletableFuture<DecoderChild> starting, TimeLeft time) {
        try {
            return starting.get(time.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ReaderUnavailableException unavailable
                    ? unavailable
                    : new IllegalStateException(e.getCause());
        } catch (TimeoutException late) {
            idle.addLast(starting);
            throw tooLate();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            idle.addLast(starting);
            throw tooLate();
        }
    }

    private void endIdle(TimeLeft time) {
        for (CompletableFuture<DecoderChild> next = idle.poll(); next != null; next = idle.poll()) {
            DecoderChild child = ready(next, time);
            living.remove(child);
            child.close();
        }
    }

    /** A process that is started meanwhile, on another thread. */
    private CompletableFuture<DecoderChild> starting() {
        return CompletableFuture.supplyAsync(() -> started(DecoderChild.START), task -> {
            Thread thread = new Thread(task, "bulwark-decoder-start");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private DecoderChild started(Duration allowed) {
        requireOpen();
        DecoderChild child;
        try {
            int half = Math.max(1, limits.nativeUploads() / 2);
            // Not all at once: who has a file waits for none that is started.
            int life = half + ThreadLocalRandom.current().nextInt(limits.nativeUploads());
            child = child(life, allowed);
        } catch (IOException e) {
            throw new ReaderUnavailableException(e.getMessage(), e);
        }
        living.add(child);
        if (closed) {
            child.close();
        }
        return child;
    }

    /**
     * An isolated process, or a plain one where that is allowed and the first of all could not be isolated. Where the
     * kernel offers all, one failure may pass: it is tried twice, since what it decides holds for as long as the pool
     * lives.
     */
    private DecoderChild child(int life, Duration allowed) throws IOException {
        if (limits.isolation() == Isolation.NONE) {
            return decided(DecoderChild.start(command, false, settings, life, allowed));
        }
        IsolationState known = isolation.get();
        IsolationState offered = known == null ? IsolationSupport.look() : known;
        if (limits.isolation() == Isolation.REQUIRE && !offered.isComplete()) {
            throw new IOException(
                    "Decoder processes cannot be isolated here, and bulwark.decoder.isolation is require: "
                            + offered.detail());
        }
        if (offered.isNothing()) {
            return free(DecoderChild.start(command, false, settings, life, allowed), offered);
        }
        try {
            return decided(isolated(offered.isComplete() ? 2 : 1, life, new TimeLeft(allowed)));
        } catch (DecoderChild.EndedEarlyException unable) {
            if (limits.isolation() == Isolation.REQUIRE || isIsolating()) {
                throw unable;
            }
            return free(
                    DecoderChild.start(command, false, settings, life, allowed),
                    IsolationState.nothing(unable.getMessage()));
        }
    }

    private DecoderChild isolated(int tries, int life, TimeLeft time) throws IOException {
        try {
            return DecoderChild.start(command, true, settings, life, time.left());
        } catch (DecoderChild.EndedEarlyException unable) {
            if (tries == 1 || closed) {
                throw unable;
            }
            return isolated(tries - 1, life, time);
        }
    }

    private boolean isIsolating() {
        IsolationState known = isolation.get();
        return known != null && !known.isNothing();
    }

    /** A process that nothing confines; none beside confined ones, since the pool has one state for all. */
    private DecoderChild free(DecoderChild child, IsolationState state) throws IOException {
        if (!isolation.compareAndSet(null, state) && isIsolating()) {
            child.close();
            throw new IOException("A decoder process could not be isolated, though others are: " + state.detail());
        }
        return child;
    }

    private DecoderChild decided(DecoderChild child) {
        isolation.compareAndSet(null, child.isolation());
        return child;
    }

    /** What confines the processes; empty before the first has started. */
    public Optional<IsolationState> isolation() {
        return Optional.ofNullable(isolation.get());
    }

    private void requireOpen() {
        if (closed) {
            throw new ReaderUnavailableException("The decoder processes were told to end", null);
        }
    }

    /**
     * What this machine lacks to read files, one sentence with what to do: found when a file had to be put off, and
     * looked at again by each call. Files of other formats are read all the same.
     */
    public Optional<String> lack() {
        return heif.lack();
    }

    /** Process ids of the running processes. */
    public List<Long> pids() {
        return living.stream().map(DecoderChild::pid).toList();
    }

    /** Kills all processes; who waits for an answer gets an exception. */
    @Override
    public void close() {
        closed = true;
        living.forEach(DecoderChild::close);
    }
}
