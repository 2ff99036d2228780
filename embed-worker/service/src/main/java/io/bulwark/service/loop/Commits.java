package io.bulwark.service.loop;

import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.loop.InFlight.Committable;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/**
 * The commit that is under way beside the loop, one at most. The producer is the executor's from {@link #begin} until the
 * loop has taken the end of it by {@link #ended} or {@link #join}, and the loop's otherwise. Owned by the loop's thread.
 */
final class Commits {

    private final Transactions transactions;
    private final Executor executor;
    private final NanoClock clock;
    private final ThreadWatch watch;
    private final Runnable onEnd;
    private FutureTask<Ended> underWay;

    /**
     * Makes it.
     *
     * @param executor runs commits, one after the other
     * @param onEnd called on the executor's thread when a commit has ended
     */
    Commits(Transactions transactions, Executor executor, NanoClock clock, ThreadWatch watch, Runnable onEnd) {
        this.transactions = transactions;
        this.executor = executor;
        this.clock = clock;
        this.watch = watch;
        this.onEnd = onEnd;
    }

    boolean isUnderWay() {
        return underWay != null;
    }

    /**
     * Begins a commit.
     *
     * @param group as the group knows this worker now
     * @throws IllegalStateException if one is under way
     */
    void begin(Committable what, ConsumerGroupMetadata group) {
        if (isUnderWay()) {
            throw new IllegalStateException("A commit of " + what.offsets().keySet()
                    + " cannot begin: one is under way, whose end has to be taken first");
        }
        underWay = new FutureTask<>(() -> commit(what, group)) {
            @Override
            protected void done() {
                onEnd.run();
            }
        };
        FutureTask<Ended> task = underWay;
        executor.execute(() -> {
            watch.begin();
            try {
                task.run();
            } finally {
                watch.rest();
            }
        });
    }

    private Ended commit(Committable what, ConsumerGroupMetadata group) {
        long start = clock.nanos();
        CommitResult result = transactions.commit(what, group);
        return new Ended(what, result, clock.nanos() - start);
    }

    /** What came of the commit that was under way, once; empty while it is or where there is none. */
    Optional<Ended> ended() {
        return underWay != null && underWay.isDone() ? join() : Optional.empty();
    }

    /** Waits for the end of the commit under way; empty where there is none. One that nobody has begun is run here. */
    Optional<Ended> join() {
        if (underWay == null) {
            return Optional.empty();
        }
        FutureTask<Ended> task = underWay;
        watch.begin();
        task.run();
        try {
            return Optional.of(resultOf(task));
        } finally {
            underWay = null;
        }
    }

    private static Ended resultOf(FutureTask<Ended> task) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException thrown) {
            if (thrown.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("A commit broke", thrown.getCause());
        } catch (CancellationException never) {
            throw new IllegalStateException("A commit was cancelled, which nobody does", never);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * A commit that is over.
     *
     * @param tookNanos from its begin to its end
     */
    record Ended(Committable what, CommitResult result, long tookNanos) {}
}
