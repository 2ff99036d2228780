package io.bulwark.lab.bench;

import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.ResidentMemory;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.lab.bench.BenchCommand.BenchNode;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bench start}. */
@Command(
        name = "start",
        description = {
            "How long a worker takes to be ready, and what it holds in memory beside its model's weights, then and at"
                    + " work. A broker with a bank runs already.",
            "The first start writes the model's program into a separate cache and is not judged. Fails where the median"
                    + " of the later starts is 10 s or more, or where the last has 2.5 times the weights or more in"
                    + " RAM, be it when it is ready or after the images. It runs as in the container image under a"
                    + " limit of 1.25 GiB: its heap may grow to 512 MB, and malloc is as it comes. Let nothing else run"
                    + " meanwhile."
        })
final class StartBenchCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private WorkerBenchOptions bench;

    @Option(
            names = "--model",
            paramLabel = "LOCATION",
            description = "The worker's bulwark.model (default: an open_clip ViT-B/32 with random weights).")
    private String location;

    @Option(names = "--starts", description = "Starts after the first.")
    private int starts = 3;

    @Option(names = "--images", description = "Images that the last worker moderates.")
    private int images = 900;

    @Override
    public Integer call() throws Exception {
        if (starts < 1) {
            throw CommandFailure.usage("--starts is " + starts + ", wanted is at least 1");
        }
        Precision known = bench.encoding().precision();
        if (known == Precision.AUTO) {
            throw CommandFailure.usage("--precision is auto, wanted is one that the bank can be made for");
        }
        Checkout checkout = Checkout.find();
        return WorkerBenchOptions.Scratch.in(scratch -> bench.inFolder(logs -> run(checkout, scratch, logs, known)))
                ? ExitCodes.OK
                : ExitCodes.FAILED;
    }

    private boolean run(Checkout checkout, Path scratch, Path logs, Precision known) throws IOException {
        Output output = output();
        output.note(Machine.describe());
        ModelPackage model = model(scratch);
        try (BenchNode node = BenchNode.start(checkout, model.describe(known), bench, logs)) {
            ServiceSpec spec = node.worker()
                    .withEnvironment(environment(scratch))
                    .with(Map.of("bulwark.model", location))
                    .with(bench.workerSettings());
            StartResult result = measure(model, spec, node.broker(), output);
            output.print(result.text(), result.fields());
            return result.holds();
        }
    }

    /** A separate cache, and malloc as in the container image, not as the launcher of this command line sets it. */
    private static Map<String, String> environment(Path cache) {
        return Map.of(
                "XDG_CACHE_HOME",
                cache.toString(),
                "MALLOC_ARENA_MAX",
                "",
                "MALLOC_MMAP_MAX_",
                "",
                "MALLOC_TRIM_THRESHOLD_",
                "",
                "GLIBC_TUNABLES",
                "");
    }

    private StartResult measure(ModelPackage model, ServiceSpec spec, Broker broker, Output output) {
        long weights = model.weightsSummary().bytes();
        List<byte[]> pictures = bench.pictures();
        List<Duration> times = new ArrayList<>();
        long resident = 0;
        long after = 0;
        for (int i = 0; i <= starts; i++) {
            output.note("start " + (i + 1) + " of " + (starts + 1));
            long begin = System.nanoTime();
            try (ServiceProcess worker = ServiceProcess.ready(spec, WorkerBenchOptions.READY_LIMIT)) {
                times.add(Duration.ofNanos(System.nanoTime() - begin));
                if (i == starts) {
                    resident = ResidentMemory.ofAll(worker.pid()).orElse(0);
                    moderate(broker, pictures, output);
                    after = ResidentMemory.ofAll(worker.pid()).orElse(0);
                }
            }
        }
        return new StartResult(times.get(0), times.subList(1, times.size()), weights, resident, images, after);
    }

    /** Sends images to a worker that runs, and waits for their verdicts. */
    private void moderate(Broker broker, List<byte[]> pictures, Output output) {
        try (BenchTraffic traffic = new BenchTraffic(broker, pictures, output)) {
            traffic.sendBacklog(images);
            traffic.await(images);
        }
    }

    private ModelPackage model(Path scratch) throws IOException {
        if (location == null) {
            Path folder = scratch.resolve("ViT-B-32");
            EncoderBenchCommand.RandomCheckpoint.of("open-clip-vit", "ViT-B-32")
                    .orElseThrow()
                    .write(folder);
            location = folder.toString();
        }
        return ModelPackage.open(location);
    }

    /**
     * Starts of one worker.
     *
     * @param first until it was ready where the model's program had to be written first
     * @param others until it was ready in the starts after it, at least one
     * @param weights bytes of the model's weights
     * @param resident bytes of the last worker in RAM when it was ready
     * @param images moderated by it thereafter
     * @param residentAfter bytes in RAM after them
     */
    record StartResult(
            Duration first, List<Duration> others, long weights, long resident, int images, long residentAfter) {

        static final Duration LIMIT = Duration.ofSeconds(10);
        static final double MOST_TIMES = 2.5;

        StartResult {
            others = others.stream().sorted().toList();
        }

        /** The middle one of the starts after the first; of an even number the later of two. */
        Duration median() {
            return others.get(others.size() / 2);
        }

        /** Memory of the ready worker as a multiple of the weights. */
        double times() {
            return (double) resident / weights;
        }

        /** The same after the images. */
        double timesAfter() {
            return (double) residentAfter / weights;
        }

        boolean holds() {
            return median().compareTo(LIMIT) < 0 && times() < MOST_TIMES && timesAfter() < MOST_TIMES;
        }

        String text() {
            return Fields.text(
                    """
                    first     ready after %.1f s, the model's program written
                    others    ready after %.1f s, %.1f to %.1f s in %d starts (wanted under %d)
                    memory    %d MiB resident when ready, %.2f times the weights of %d MiB (wanted under %.1f)
                    work      %d MiB resident after %d images, %.2f times the weights (wanted under %.1f)""",
                    seconds(first),
                    seconds(median()),
                    seconds(others.get(0)),
                    seconds(others.get(others.size() - 1)),
                    others.size(),
                    LIMIT.toSeconds(),
                    resident >> 20,
                    times(),
                    weights >> 20,
                    MOST_TIMES,
                    residentAfter >> 20,
                    images,
                    timesAfter(),
                    MOST_TIMES);
        }

        Map<String, Object> fields() {
            return Fields.of(
                    "firstSeconds",
                    seconds(first),
                    "otherSeconds",
                    others.stream().map(StartResult::seconds).toList(),
                    "medianSeconds",
                    seconds(median()),
                    "weightBytes",
                    weights,
                    "residentBytes",
                    resident,
                    "timesWeights",
                    times(),
                    "images",
                    images,
                    "residentAfterBytes",
                    residentAfter,
                    "timesWeightsAfter",
                    timesAfter());
        }

        private static double seconds(Duration time) {
            return time.toNanos() / 1e9;
        }
    }
}
