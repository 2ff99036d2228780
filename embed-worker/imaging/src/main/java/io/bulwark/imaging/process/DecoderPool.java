package io.bulwark.imaging.process;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Reads files in expendable processes, each with one file at a time. A file whose process dies is read once more by a new
 * one; if that dies too, the file is {@link PictureRead.Deadly}. Any thread.
 */
public final class DecoderPool implements PictureReader, AutoCloseable {

    /** Deaths before a file was in hand, in a row, after which something is wrong that is not a file. */
    private static final int MOST_EARLY_DEATHS = 3;

    private final ReaderSettings settings;
    private final ProcessLimits limits;
    private final DecoderCommand command;
    private final Consumer<String> deaths;
    private final Semaphore free;
    private final ConcurrentLinkedDeque<DecoderChild> idle = new ConcurrentLinkedDeque<>();
    private final Set<DecoderChild> living = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Makes a pool; nothing runs yet.
     *
     * @param deaths told of each process that died, and how; on the thread that asked it
     */
    public DecoderPool(ReaderSettings settings, ProcessLimits limits, Consumer<String> deaths) {
        this(settings, limits, new DecoderCommand(DecoderProcess.class, limits), deaths);
    }

    DecoderPool(ReaderSettings settings, ProcessLimits limits, DecoderCommand command, Consumer<String> deaths) {
        this.settings = settings;
        this.limits = limits;
        this.command = command;
        this.deaths = deaths;
        this.free = new Semaphore(limits.processes(), true);
    }

    /**
     * Starts all processes and returns once they can work.
     *
     * @throws ReaderUnavailableException if one cannot be started
     */
    public void start() {
        List<CompletableFuture<Void>> starts = IntStream.range(0, limits.processes())
                .mapToObj(i -> CompletableFuture.runAsync(() -> idle.push(started())))
                .toList();
        try {
            CompletableFuture.allOf(starts.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            close();
            throw e.getCause() instanceof ReaderUnavailableException unavailable ? unavailable : e;
        }
    }

    @Override
    public PictureRead read(byte[] file, boolean hashes) {
        free.acquireUninterruptibly();
        try {
            return readByOne(file, hashes);
        } finally {
            free.release();
        }
    }

    private PictureRead readByOne(byte[] file, boolean hashes) {
        int early = 0;
        boolean suspected = false;
        while (true) {
            DecoderChild child = take();
            try {
                PictureRead answer = child.read(file, hashes, limits.deadline());
                if (child.isAlive()) {
                    idle.push(child);
                } else {
                    living.remove(child);
                }
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
                if (death.begun() && suspected) {
                    return new PictureRead.Deadly(death.getMessage());
                }
                suspected |= death.begun();
            }
        }
    }

    private DecoderChild take() {
        for (DecoderChild child = idle.poll(); child != null; child = idle.poll()) {
            if (child.isAlive()) {
                return child;
            }
            living.remove(child);
            deaths.accept("while it had nothing to do");
        }
        return started();
    }

    private DecoderChild started() {
        requireOpen();
        DecoderChild child;
        try {
            child = DecoderChild.start(command, settings);
        } catch (IOException e) {
            throw new ReaderUnavailableException(e.getMessage(), e);
        }
        living.add(child);
        if (closed) {
            child.close();
        }
        return child;
    }

    private void requireOpen() {
        if (closed) {
            throw new ReaderUnavailableException("The decoder processes were told to end", null);
        }
    }

    /** Process ids of those that run now. */
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
