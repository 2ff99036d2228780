package io.bulwark.lab.train;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Threads that train side by side, each with a replica that it opened itself. Work of one number goes to one thread.
 *
 * @param <R> what a thread computes with
 */
public final class ReplicaThreads<R extends AutoCloseable> implements AutoCloseable {

    private final List<ExecutorService> threads = new ArrayList<>();
    private final List<R> replicas = new ArrayList<>();

    public ReplicaThreads(int count, Supplier<R> open) {
        for (int i = 0; i < count; i++) {
            String name = "bulwark-training-" + i;
            ExecutorService thread = Executors.newSingleThreadExecutor(work -> new Thread(work, name));
            threads.add(thread);
            try {
                replicas.add(result(thread.submit(open::get)));
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }
    }

    /** Asks one replica for what is the same in all. */
    public <T> T ask(Function<R, T> work) {
        return result(submit(0, work));
    }

    /** Does something to every replica, and waits. */
    public void tell(Consumer<R> work) {
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < threads.size(); i++) {
            all.add(submit(i, replica -> {
                work.accept(replica);
                return null;
            }));
        }
        all.forEach(ReplicaThreads::result);
    }

    /** Runs work on the thread of that number, modulo their count. */
    public <T> Future<T> submit(int number, Function<R, T> work) {
        int thread = number % threads.size();
        R replica = replicas.get(thread);
        return threads.get(thread).submit(() -> work.apply(replica));
    }

    /** Waits; what the work threw is thrown here. */
    public static <T> T result(Future<T> running) {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("training was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException("a training thread failed", e.getCause());
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < replicas.size(); i++) {
            R replica = replicas.get(i);
            threads.get(i).submit(() -> {
                replica.close();
                return null;
            });
        }
        threads.forEach(ExecutorService::shutdown);
    }
}
