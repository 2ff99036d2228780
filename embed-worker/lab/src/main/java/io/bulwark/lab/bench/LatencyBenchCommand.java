package io.bulwark.lab.bench;

import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import io.bulwark.lab.experiment.Machine;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bench latency}. */
@Command(
        name = "latency",
        description = {
            "How long uploads wait for their verdicts, from the moment at which each was to be sent.",
            "They come at random (Poisson), whether or not earlier ones were answered, to one worker and its broker, which"
                    + " run on this machine as well. Without --rates the capacity is measured first, with a backlog, and then"
                    + " half of it is sent; fails where p50 is above 30 ms or p99 above 60 ms then.",
            "With --mix each rate is run a second time with strangers among the uploads. They are reported apart; fails"
                    + " where they make the p99 of the others more than 1.5 times as long, or crowded ones take more than a"
                    + " quarter of the encoder's time. Fails as well where an upload is not answered once. Let nothing else run meanwhile."
        })
final class LatencyBenchCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions options;

    @Mixin
    private WorkerBenchOptions bench;

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--rates",
            paramLabel = "R",
            split = ",",
            description =
                    "Uploads a second, one run for each (default: half of the capacity, which is measured first).")
    private List<Double> rates = List.of();

    @Option(names = "--seconds", paramLabel = "S", description = "How long latencies count at each rate.")
    private double seconds = 60;

    @Option(names = "--settle", paramLabel = "S", description = "How long each rate is sent before.")
    private double settle = 15;

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--mix",
            paramLabel = "KIND=SHARE,...",
            converter = Mix.Converter.class,
            description =
                    "Shares of strangers: slow (a location that answers after 9 s), large (12 megapixels, inline), dead"
                            + " (a location whose host takes no connection) and crowded (a wide transparent animation with"
                            + " more views than are judged), such as slow=0.05,large=0.01,dead=0.01.")
    private Mix mix = Mix.NONE;

    @Option(names = "--images", description = "Images to measure the capacity with.")
    private int images = 4000;

    @Option(names = "--warm-up", description = "Images of a backlog before everything.")
    private int warmUp = 6000;

    @Option(names = "--seed", description = "Of the arrivals.")
    private long seed = 1;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Draw the latencies into latency.png there.")
    private Path out;

    @Override
    public Integer call() throws Exception {
        if (rates.stream().anyMatch(rate -> !(rate > 0)) || !(seconds > 0) || !(settle >= 0)) {
            throw CommandFailure.usage("--rates, --seconds and --settle are %s, %s and %s: wanted are numbers above 0"
                    .formatted(rates, seconds, settle));
        }
        Output output = options.output();
        Checkout checkout = Checkout.find();
        LatencyResult result = bench.inFolder(folder -> run(checkout, folder, output));
        output.print(result.text(), result.fields());
        draw(result, output);
        return result.holds() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private void draw(LatencyResult result, Output output) throws IOException {
        if (out != null) {
            Path file = out.resolve("latency.png");
            LatencyResult.LatencyChart.write(result.rates(), file);
            output.note("latencies in " + file);
        }
    }

    private LatencyResult run(Checkout checkout, Path folder, Output output) {
        output.note(Machine.describe());
        List<byte[]> pictures = bench.pictures();
        try (BenchNode node = BenchNode.start(checkout, model(), bench, folder);
                StrangeHosts hosts = StrangeHosts.start(pictures.get(0))) {
            ServiceSpec spec = node.worker().with(hosts.workerSettings()).with(bench.workerSettings());
            return run(
                    node.broker(),
                    node.brokerPid(),
                    spec,
                    new StrangeHosts.ArrivalUploads(pictures, large(), CrowdedGif.of(seed), hosts),
                    output);
        }
    }

    private LatencyResult run(
            Broker broker, long brokerPid, ServiceSpec spec, StrangeHosts.ArrivalUploads uploads, Output output) {
        boolean capacityIsWanted = rates.isEmpty();
        try (BenchTraffic traffic = new BenchTraffic(broker, uploads.pictures(), output)) {
            traffic.sendBacklog(warmUp + (capacityIsWanted ? images : 0));
            try (ServiceProcess worker = ServiceProcess.ready(spec, WorkerBenchOptions.READY_LIMIT)) {
                LoadRun run = new LoadRun(broker, uploads, worker.pid(), brokerPid, output);
                if (!capacityIsWanted) {
                    traffic.await(warmUp);
                    return new LatencyResult(Optional.empty(), measure(run, rates, output));
                }
                BenchTraffic.Throughput capacity = traffic.measure(images, warmUp, worker.pid(), brokerPid);
                double half = Math.max(1, Math.floor(capacity.imagesPerSecond() / 2));
                return new LatencyResult(Optional.of(capacity), measure(run, List.of(half), output));
            }
        }
    }

    private List<RateResult> measure(LoadRun run, List<Double> wanted, Output output) {
        List<RateResult> results = new ArrayList<>();
        for (double rate : wanted) {
            Arrivals.Load load = new Arrivals.Load(rate, nanos(settle), nanos(seconds), mix, seed);
            output.note("sending at " + RateResult.rate(rate) + "/s");
            results.add(run.measure(load.plain()));
            if (!mix.isEmpty()) {
                output.note("the same with " + mix.text());
                results.add(run.measure(load));
            }
        }
        return results;
    }

    private byte[] large() {
        return mix.has(Mix.Kind.LARGE) ? PreprocessBenchmark.syntheticJpeg(4000, 3000, 1) : new byte[0];
    }

    private static Duration nanos(double seconds) {
        return Duration.ofNanos((long) (seconds * 1e9));
    }

    /** The default model in the arithmetic that this machine is fastest in. */
    private static EncoderDescription model() {
        EncoderOptions encoding = EncoderOptions.defaults()
                .withPrecision(EncoderOptions.Precision.AUTO)
                .withThreads(1);
        try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(encoding)) {
            return encoder.description();
        }
    }
}
