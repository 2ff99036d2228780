package io.bulwark.lab.bench;

import io.bulwark.events.Verdict;
import io.bulwark.lab.local.ServiceProcess;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.lab.traffic.Broker;
import io.bulwark.lab.traffic.EventReader;
import io.bulwark.lab.traffic.ImageUploader;
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

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PACED = Duration.ofSeconds(20);

    private final Broker broker;
    private final List<byte[]> pictures;
    private final Output output;
    private int sent;

    PipelineRun(Broker broker, List<byte[]> pictures, Output output) {
        this.broker = broker;
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
        try (EventReader<Verdict> verdicts = EventReader.verdictsFromNow(broker);
                ImageUploader uploads = new ImageUploader(broker)) {
            sendBacklog(uploads, warmUp + images);
            try (ServiceProcess worker = start.get();
                    Progress progress = Progress.of("moderating", warmUp + images, output)) {
                int early = await(verdicts, warmUp, progress);
                long resident = ResidentMemory.ofAll(worker.pid()).orElse(0);
                Duration cpu = cpu(worker);
                long begin = System.nanoTime();
                int measured = images - early;
                await(verdicts, measured, progress);
                double seconds = (System.nanoTime() - begin) / 1e9;
                Duration spent = cpu(worker).minus(cpu);
                long residentEnd = ResidentMemory.ofAll(worker.pid()).orElse(0);
                double rate = measured / seconds;
                paced(uploads, verdicts, rate / 2);
                return new PipelineResult(
                        measured,
                        Runtime.getRuntime().availableProcessors(),
                        parts,
                        rate,
                        spent.toNanos() / 1e6 / measured,
                        rate / 2,
                        paced(uploads, verdicts, rate / 2),
                        resident,
                        residentEnd);
            }
        }
    }

    /** Sends images to a worker that runs, and waits for their verdicts. */
    void moderate(int images) {
        try (EventReader<Verdict> verdicts = EventReader.verdictsFromNow(broker);
                ImageUploader uploads = new ImageUploader(broker)) {
            sendBacklog(uploads, images);
            try (Progress progress = Progress.of("moderating", images, output)) {
                await(verdicts, images, progress);
            }
        }
    }

    private void sendBacklog(ImageUploader uploads, int count) {
        try (Progress progress = Progress.of("sending", count, output)) {
            for (int i = 0; i < count; i++) {
                send(uploads);
                progress.step();
            }
            uploads.flush();
        }
    }

    private String send(ImageUploader uploads) {
        String id = "bench-" + sent;
        uploads.send(uploads.inline(id, "bench", pictures.get(sent % pictures.size()), Map.of()));
        sent++;
        return id;
    }

    /** Reads until at least so many verdicts came; answers how many came beyond. */
    private static int await(EventReader<Verdict> verdicts, int count, Progress progress) {
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

    /**
     * Sends at a steady pace and takes the time from each produce to its verdict. Done twice, for the first time has the
     * JIT compilers of worker, broker and sender at work: small transactions take other ways through all three.
     */
    private Latencies paced(ImageUploader uploads, EventReader<Verdict> verdicts, double rate) {
        int count = Math.max(20, (int) (rate * PACED.toSeconds()));
        Map<String, Long> waiting = new HashMap<>();
        long[] nanos = new long[count];
        int seen = 0;
        long begin = System.nanoTime();
        long last = begin;
        int next = 0;
        while (seen < count && System.nanoTime() - last < PATIENCE.toNanos()) {
            long due = begin + (long) (next * 1e9 / rate);
            if (next < count && System.nanoTime() >= due) {
                long now = System.nanoTime();
                waiting.put(send(uploads), now);
                next++;
                continue;
            }
            for (Verdict verdict : verdicts.poll(Duration.ofMillis(1))) {
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

    private static Duration cpu(ServiceProcess worker) {
        return ProcessTree.of(worker.pid())
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }
}
