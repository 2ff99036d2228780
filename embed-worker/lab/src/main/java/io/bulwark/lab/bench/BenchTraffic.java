package io.bulwark.lab.bench;

import io.bulwark.cli.local.ResidentMemory;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.cli.traffic.ImageUploader;
import io.bulwark.events.Verdict;
import io.bulwark.imaging.ProcessStat;
import io.bulwark.lab.experiment.Fields;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pictures to a broker, in turn, and the verdicts on them. One thread. */
final class BenchTraffic implements AutoCloseable {

    /** With no verdict for so long, none is expected any more. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EventReader<Verdict> verdicts;
    private final ImageUploader uploads;
    private final List<byte[]> pictures;
    private final Output output;
    private int sent;

    /**
     * Connects.
     *
     * @param pictures encoded files, used in turn
     * @param output for progress
     */
    BenchTraffic(Broker broker, List<byte[]> pictures, Output output) {
        this.verdicts = EventReader.verdictsFromNow(broker);
        this.uploads = new ImageUploader(broker);
        this.pictures = pictures;
        this.output = output;
    }

    /** Sends this many, as fast as the broker takes them. */
    void sendBacklog(int count) {
        try (Progress progress = Progress.of("sending", count, output)) {
            for (int i = 0; i < count; i++) {
                send();
                progress.step();
            }
            uploads.flush();
        }
    }

    /** Sends the next picture; returns its image id. */
    String send() {
        String id = "bench-" + sent;
        uploads.send(uploads.inline(id, "bench", pictures.get(sent % pictures.size()), Map.of()));
        sent++;
        return id;
    }

    /** Verdicts that came meanwhile; waits at most so long for the first. */
    List<Verdict> poll(Duration wait) {
        return verdicts.poll(wait);
    }

    /**
     * Measures how fast a worker goes through a backlog that lies there already.
     *
     * @param images to measure
     * @param warmUp images of the backlog before them
     * @throws CommandFailure if verdicts stop coming
     */
    public Throughput measure(int images, int warmUp, long workerPid, long brokerPid) {
        try (Progress progress = Progress.of("moderating", warmUp + images, output)) {
            int early = await(warmUp, progress);
            long resident = ResidentMemory.ofAll(workerPid).orElse(0);
            CpuUse before = CpuUse.now(workerPid, brokerPid);
            long begin = System.nanoTime();
            int measured = images - early;
            await(measured, progress);
            double seconds = (System.nanoTime() - begin) / 1e9;
            CpuUse spent = CpuUse.now(workerPid, brokerPid).since(before);
            long residentEnd = ResidentMemory.ofAll(workerPid).orElse(0);
            return new Throughput(measured, measured / seconds, spent.each(measured), resident, residentEnd);
        }
    }

    /**
     * Waits until a worker has gone through a backlog.
     *
     * @throws CommandFailure if verdicts stop coming
     */
    public void await(int images) {
        try (Progress progress = Progress.of("moderating", images, output)) {
            await(images, progress);
        }
    }

    /** Reads until at least this many verdicts came; returns how many came beyond. */
    private int await(int count, Progress progress) {
        int seen = 0;
        long last = System.nanoTime();
        while (seen < count) {
            int more = verdicts.poll(Duration.ofMillis(100)).size();
            if (more > 0) {
                last = System.nanoTime();
            } else if (System.nanoTime() - last > PATIENCE.toNanos()) {
                throw CommandFailure.failed("no verdict for " + PATIENCE.toSeconds() + " s after " + seen + " of "
                        + count + ": the worker's log is in the folder of --keep");
            }
            progress.stepBy(more);
            seen += more;
        }
        return seen - count;
    }

    @Override
    public void close() {
        verdicts.close();
        uploads.close();
    }

    /**
     * What a worker does that always has a next image.
     *
     * @param images measured, after the warm-up
     * @param imagesPerSecond from the broker to the commit
     * @param each CPU time that one image cost
     * @param residentStart bytes of the worker and its decoder processes after the warm-up; 0 where unknown
     * @param residentEnd bytes at the end; 0 where unknown
     */
    record Throughput(int images, double imagesPerSecond, CpuUse each, long residentStart, long residentEnd) {}

    /**
     * CPU time of all that takes part in a run. Each is a separate process, but all share one machine: what broker and
     * driver take, the worker does not get.
     *
     * @param worker the worker and the processes that decode for it
     * @param decoders what of this the processes that decode used
     * @param broker the broker, logs included
     * @param driver this process, which sends images and reads verdicts
     */
    record CpuUse(Duration worker, Duration decoders, Duration broker, Duration driver) {

        /**
         * What they have used since they started; nothing for one that is gone. Decoders that were replaced count to
         * the worker alone.
         */
        public static CpuUse now(long workerPid, long brokerPid) {
            Optional<ProcessHandle> worker = ProcessHandle.of(workerPid);
            Duration own = worker.flatMap(ProcessStat::ownCpuTime).orElse(Duration.ZERO);
            Duration all = worker.flatMap(ProcessStat::cpuTime).orElse(Duration.ZERO);
            return new CpuUse(
                    all,
                    all.minus(own),
                    ProcessHandle.of(brokerPid).flatMap(ProcessStat::cpuTime).orElse(Duration.ZERO),
                    ProcessStat.ownCpuTime(ProcessHandle.current()).orElse(Duration.ZERO));
        }

        /** What was used since an earlier moment. */
        public CpuUse since(CpuUse earlier) {
            return new CpuUse(
                    worker.minus(earlier.worker),
                    decoders.minus(earlier.decoders),
                    broker.minus(earlier.broker),
                    driver.minus(earlier.driver));
        }

        /** The same for one of this many images. */
        public CpuUse each(int images) {
            return new CpuUse(
                    worker.dividedBy(images),
                    decoders.dividedBy(images),
                    broker.dividedBy(images),
                    driver.dividedBy(images));
        }

        /** All together, in milliseconds. */
        public double millis() {
            return millis(worker.plus(broker).plus(driver));
        }

        /**
         * For people, of one image: {@code 5.40 ms: worker 4.46 ms (decoders 1.20), broker 0.61 ms, driver 0.33 ms}.
         */
        public String text() {
            return Fields.text(
                    "%.2f ms: worker %.2f ms (decoders %.2f), broker %.2f ms, driver %.2f ms",
                    millis(), millis(worker), millis(decoders), millis(broker), millis(driver));
        }

        /** For machines, in milliseconds. */
        public Map<String, Object> fields() {
            return Fields.of(
                    "cpuMillis",
                    millis(),
                    "workerMillis",
                    millis(worker),
                    "decoderMillis",
                    millis(decoders),
                    "brokerMillis",
                    millis(broker),
                    "driverMillis",
                    millis(driver));
        }

        static double millis(Duration time) {
            return time.toNanos() / 1e6;
        }
    }

    /**
     * Percentiles of waiting times, in milliseconds.
     *
     * @param p50 half are faster
     * @param p95 95 % are faster
     * @param p99 99 % are faster
     */
    record Latencies(double p50, double p95, double p99) {

        /** The percentiles of at least one measurement in nanoseconds, by nearest rank. */
        public static Latencies of(long[] nanos) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            return new Latencies(rank(sorted, 0.50), rank(sorted, 0.95), rank(sorted, 0.99));
        }

        private static double rank(long[] sorted, double share) {
            int rank = (int) Math.ceil(share * sorted.length);
            return sorted[Math.max(0, rank - 1)] / 1e6;
        }
    }
}
