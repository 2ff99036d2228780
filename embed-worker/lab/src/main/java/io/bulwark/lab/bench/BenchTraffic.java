package io.bulwark.lab.bench;

import io.bulwark.cli.local.ResidentMemory;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.cli.traffic.EventReader;
import io.bulwark.cli.traffic.ImageUploader;
import io.bulwark.events.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Pictures to a broker, in turn, and the verdicts on them. One thread. */
public final class BenchTraffic implements AutoCloseable {

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
    public BenchTraffic(Broker broker, List<byte[]> pictures, Output output) {
        this.verdicts = EventReader.verdictsFromNow(broker);
        this.uploads = new ImageUploader(broker);
        this.pictures = pictures;
        this.output = output;
    }

    /** Sends this many, as fast as the broker takes them. */
    public void sendBacklog(int count) {
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
}
