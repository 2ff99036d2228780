package io.bulwark.lab.bench;

import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.events.Verdict;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * One worker on one broker. First a backlog, sent before the worker starts so that the producer takes no time from it;
 * then images at a steady pace, for the latencies. One thread.
 *
 * @param brokerPid the broker's process, for its CPU time
 * @param pictures encoded files, used in turn
 */
record PipelineRun(Broker broker, long brokerPid, List<byte[]> pictures, Output output) {

    private static final Duration PACED = Duration.ofSeconds(20);

    /**
     * Runs it.
     *
     * @param images measured
     * @param warmUp images before them
     * @param parts the bound's parts, measured before
     * @param start starts the worker and waits until it is ready
     */
    PipelineResult measure(int images, int warmUp, PartMeter.PartCosts parts, Supplier<ServiceProcess> start) {
        try (BenchTraffic traffic = new BenchTraffic(broker, pictures, output)) {
            traffic.sendBacklog(warmUp + images);
            try (ServiceProcess worker = start.get()) {
                BenchTraffic.Throughput measured = traffic.measure(images, warmUp, worker.pid(), brokerPid);
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
    private static BenchTraffic.Latencies paced(BenchTraffic traffic, double rate) {
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
        return BenchTraffic.Latencies.of(Arrays.copyOf(nanos, seen));
    }

    /**
     * What a run of the whole pipeline gave.
     *
     * @param throughput with a backlog
     * @param cores of this machine
     * @param parts CPU time of the parts alone
     * @param pacedRate images a second at which the latencies were taken
     * @param latencies from produce to verdict at that rate
     */
    record PipelineResult(
            BenchTraffic.Throughput throughput,
            int cores,
            PartMeter.PartCosts parts,
            double pacedRate,
            BenchTraffic.Latencies latencies) {

        static final double REQUIRED_RATIO = 0.90;
        static final double ALLOWED_GROWTH = 0.05;

        double imagesPerSecond() {
            return throughput.imagesPerSecond();
        }

        /** CPU time that the worker and its decoder processes spent on one image, all told. */
        double workerMillis() {
            return BenchTraffic.CpuUse.millis(throughput.each().worker());
        }

        long residentEnd() {
            return throughput.residentEnd();
        }

        double bound() {
            return parts.bound(cores);
        }

        /** Of the bound. */
        double ratio() {
            return imagesPerSecond() / bound();
        }

        /** Of the worker's own CPU time, what the parts alone would have taken. Other programs do not change it. */
        double efficiency() {
            return parts.sum() / workerMillis();
        }

        double growth() {
            long start = throughput.residentStart();
            return start == 0 ? 0 : (double) residentEnd() / start - 1;
        }

        boolean holds() {
            return ratio() >= REQUIRED_RATIO && growth() <= ALLOWED_GROWTH;
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    """
                    %s
                    bound     %.1f images/s (%d cores)
                    pipeline  %.1f images/s over %d images: %.2f of the bound (wanted %.2f)
                    worker    %.2f ms of CPU an image: the parts are %.2f of it
                    CPU       an image %s
                    latency   p50 %.0f ms, p95 %.0f ms, p99 %.0f ms from produce to verdict at %.1f images/s
                    memory    %d MiB resident after warm-up, %d MiB at the end: %+.1f %% (allowed %.0f %%)""",
                    parts.text(),
                    bound(),
                    cores,
                    imagesPerSecond(),
                    throughput.images(),
                    ratio(),
                    REQUIRED_RATIO,
                    workerMillis(),
                    efficiency(),
                    throughput.each().text(),
                    latencies.p50(),
                    latencies.p95(),
                    latencies.p99(),
                    pacedRate,
                    throughput.residentStart() >> 20,
                    residentEnd() >> 20,
                    100 * growth(),
                    100 * ALLOWED_GROWTH);
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>(parts.fields());
            fields.put("cores", cores);
            fields.put("boundImagesPerSecond", bound());
            fields.put("images", throughput.images());
            fields.put("imagesPerSecond", imagesPerSecond());
            fields.put("ratio", ratio());
            fields.putAll(throughput.each().fields());
            fields.put("efficiency", efficiency());
            fields.put("pacedImagesPerSecond", pacedRate);
            fields.put("p50Millis", latencies.p50());
            fields.put("p95Millis", latencies.p95());
            fields.put("p99Millis", latencies.p99());
            fields.put("residentStartBytes", throughput.residentStart());
            fields.put("residentEndBytes", residentEnd());
            return fields;
        }
    }
}
