package io.bulwark.lab.bench;

import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Verdict;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * One worker on one broker. First a backlog, sent before the worker starts so that the producer takes no time from it;
 * then images at a steady pace, for the latencies. One thread.
 */
final class PipelineRun {

    private static final Duration PACED = Duration.ofSeconds(20);

    private final Broker broker;
    private final long brokerPid;
    private final List<byte[]> pictures;
    private final Output output;

    /**
     * Makes it.
     *
     * @param brokerPid the broker's process, for its CPU time
     * @param pictures encoded files, used in turn
     */
    PipelineRun(Broker broker, long brokerPid, List<byte[]> pictures, Output output) {
        this.broker = broker;
        this.brokerPid = brokerPid;
        this.pictures = pictures;
        this.output = output;
    }

    /**
     * Runs it.
     *
     * @param images measured
     * @param warmUp images before them
     * @param parts the bound's parts, measured before
     * @param start starts the worker and waits until it is ready
     */
    PipelineResult measure(int images, int warmUp, PartCosts parts, Supplier<ServiceProcess> start) {
        try (BenchTraffic traffic = new BenchTraffic(broker, pictures, output)) {
            traffic.sendBacklog(warmUp + images);
            try (ServiceProcess worker = start.get()) {
                Throughput measured = traffic.measure(images, warmUp, worker.pid(), brokerPid);
                double half = measured.imagesPerSecond() / 2;
                paced(traffic, half);
                return new PipelineResult(
                        measured, Runtime.getRuntime().availableProcessors(), parts, half, paced(traffic, half));
            }
        }
    }

    /**
     * Sends at a steady pace and takes the time from each produce to its verdict. Done twice, for the first time has
     * the JIT compilers of worker, broker and sender at work: small transactions take other ways through all three.
     */
    private static Latencies paced(BenchTraffic traffic, double rate) {
        int count = Math.max(20, (int) (rate * PACED.toSeconds()));
        Map<String, Long> waiting = new HashMap<>();
        long[] nanos = new long[count];
        int seen = 0;
        long begin = System.nanoTime();
        long last = begin;
        int next = 0;
        while (seen < count && System.nanoTime() - last < BenchTraffic.PATIENCE.toNanos()) {
            long due = begin + (long) (next * 1e9 / rate);
            if (next < count && System.nanoTime() >= due) {
                long now = System.nanoTime();
                waiting.put(traffic.send(), now);
                next++;
                continue;
            }
            for (Verdict verdict : traffic.poll(Duration.ofMillis(1))) {
                Long produced = waiting.remove(verdict.getImageId());
                if (produced != null) {
                    last = System.nanoTime();
                    nanos[seen++] = last - produced;
                }
            }
            LockSupport.parkNanos(Math.max(0, Math.min(1_000_000, due - System.nanoTime())));
        }
        if (seen < count) {
            throw CommandFailure.failed((count - seen) + " of " + count + " paced images have no verdict");
        }
        return Latencies.of(Arrays.copyOf(nanos, seen));
    }
}
