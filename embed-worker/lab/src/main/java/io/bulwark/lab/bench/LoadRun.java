package io.bulwark.lab.bench;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.cli.traffic.ImageUploader;
import io.bulwark.events.Verdict;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Puts a load on a worker that runs. One thread sends by the schedule and never looks at answers; the caller's reads
 * them.
 */
final class LoadRun {

    /** Before the first upload is due, so that sender and reader are there. */
    private static final Duration AHEAD = Duration.ofMillis(200);

    private static final Duration POLL = Duration.ofMillis(100);

    private final Broker broker;
    private final StrangeHosts.ArrivalUploads uploads;
    private final long workerPid;
    private final long brokerPid;
    private final Output output;
    private int runs;
    private volatile boolean stopped;

    LoadRun(Broker broker, StrangeHosts.ArrivalUploads uploads, long workerPid, long brokerPid, Output output) {
        this.broker = broker;
        this.uploads = uploads;
        this.workerPid = workerPid;
        this.brokerPid = brokerPid;
        this.output = output;
    }

    /**
     * Sends the load and waits until all of it is answered, or nothing was for a minute.
     *
     * @throws CommandFailure if the broker does not take an upload
     */
    RateResult measure(Arrivals.Load load) {
        Arrivals arrivals = load.arrivals();
        String prefix = "latency-" + runs++ + "-";
        try (EventReader<Verdict> verdicts = EventReader.verdictsFromNow(broker);
                ImageUploader uploader = new ImageUploader(broker);
                Progress progress = Progress.of("answering", arrivals.size(), output)) {
            SettledUse use = new SettledUse();
            long begin = System.nanoTime() + AHEAD.toNanos();
            Arrivals.AnsweredArrivals answers = new Arrivals.AnsweredArrivals(
                    prefix, arrivals, begin, load.settle().toNanos());
            stopped = false;
            CompletableFuture<Void> sender =
                    CompletableFuture.runAsync(() -> send(arrivals, prefix, begin, uploader), LoadRun::thread);
            try {
                read(
                        verdicts,
                        answers,
                        sender,
                        progress,
                        () -> use.begin(begin + load.settle().toNanos()));
            } finally {
                stopped = true;
                joined(sender);
            }
            uploader.flush();
            return new RateResult(
                    load,
                    arrivals.size(),
                    answers.missing(),
                    answers.duplicates(),
                    use.each(arrivals, load.settle().toNanos()),
                    answers.micros(),
                    answers.embedMicros());
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "bulwark-sender");
        thread.setDaemon(true);
        thread.start();
    }

    private void send(Arrivals arrivals, String prefix, long begin, ImageUploader uploader) {
        for (int i = 0; i < arrivals.size() && !stopped; i++) {
            long due = begin + arrivals.dueNanos(i);
            for (long left = due - System.nanoTime(); left > 0 && !stopped; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            uploader.send(uploads.of(arrivals.kind(i), prefix + i, i, uploader));
        }
    }

    private static void read(
            EventReader<Verdict> verdicts,
            Arrivals.AnsweredArrivals answers,
            CompletableFuture<Void> sender,
            Progress progress,
            Runnable polling) {
        long last = System.nanoTime();
        while (!answers.isComplete() && System.nanoTime() - last < BenchTraffic.PATIENCE.toNanos()) {
            polling.run();
            if (sender.isCompletedExceptionally()) {
                return;
            }
            for (Verdict verdict : verdicts.poll(POLL)) {
                long now = System.nanoTime();
                if (answers.take(verdict.getImageId(), embedMicros(verdict), now)) {
                    last = now;
                    progress.step();
                }
            }
        }
    }

    /**
     * CPU time from the moment on from which latencies count: before it compilers are at work, since a new load takes
     * other ways through all processes.
     */
    private final class SettledUse {

        private BenchTraffic.CpuUse before = BenchTraffic.CpuUse.now(workerPid, brokerPid);
        private boolean hasBegun;

        /** Begins to count once that moment has come. */
        void begin(long nanos) {
            if (!hasBegun && System.nanoTime() - nanos >= 0) {
                before = BenchTraffic.CpuUse.now(workerPid, brokerPid);
                hasBegun = true;
            }
        }

        /** Until now, for each upload that was due from then on. */
        BenchTraffic.CpuUse each(Arrivals arrivals, long settleNanos) {
            int counted = (int) IntStream.range(0, arrivals.size())
                    .filter(arrival -> arrivals.dueNanos(arrival) >= settleNanos)
                    .count();
            return BenchTraffic.CpuUse.now(workerPid, brokerPid).since(before).each(Math.max(1, counted));
        }
    }

    /** The step has this name in the schema. */
    private static long embedMicros(Verdict verdict) {
        return verdict.getTimingsMicros().getOrDefault("embed", 0L);
    }

    private static void joined(CompletableFuture<Void> sender) {
        try {
            sender.join();
        } catch (CompletionException failed) {
            throw CommandFailure.failed("the sender failed: " + failed.getCause(), failed);
        }
    }
}
