package io.bulwark.lab.bench;

import io.bulwark.cli.bank.RandomBank;
import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.bench.BenchCommand.BenchNode;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bench pipeline}. */
@Command(
        name = "pipeline",
        description = {
            "Images a second from the broker to the commit, beside the machine's bound.",
            "The bound is the cores divided by the CPU time of one image in decoding, preprocessing, embedding and kNN, "
                    + "each measured alone, on all cores, in the same run. Fails below 0.90 of it, or where the worker's memory grows "
                    + "by more than 5 %% after the warm-up. Let nothing else run meanwhile.",
            "With --twin the same is done again by a worker with a twin, and what that costs is printed."
        })
final class PipelineBenchCommand extends OutputCommand implements Callable<Integer> {

    @Mixin
    private WorkerBenchOptions bench;

    @Option(names = "--images", description = "Images to measure, after the warm-up.")
    private int images = 5000;

    @Option(names = "--warm-up", description = "Images before them.")
    private int warmUp = 10000;

    @Option(names = "--part-seconds", paramLabel = "S", description = "How long to measure each part alone.")
    private double partSeconds = 4;

    @Option(
            names = "--twin",
            paramLabel = "LOCATION",
            description = "Measure again with this model as the worker's bulwark.twin.model.")
    private String twin;

    @Option(
            names = "--twin-precision",
            paramLabel = "PRECISION",
            description = "The worker's bulwark.twin.precision: fp32, bf16 or fp16 (default: that of the model).")
    private String twinPrecision;

    @Override
    public Integer call() throws Exception {
        Output output = output();
        Checkout checkout = Checkout.find();
        return bench.inFolder(folder -> run(checkout, folder, output)) ? ExitCodes.OK : ExitCodes.FAILED;
    }

    private boolean run(Checkout checkout, Path folder, Output output) {
        output.note(Machine.describe());
        List<byte[]> pictures = bench.pictures();
        EncoderDescription model;
        PartMeter.PartCosts parts;
        List<Encoder> encoders = encoders();
        try {
            model = encoders.get(0).description();
            output.note("measuring the parts alone, " + model.precision());
            Duration each = Duration.ofMillis((long) (1000 * partSeconds));
            parts = new PartMeter(pictures, encoders, bench.references(), each).measure();
        } finally {
            encoders.forEach(Encoder::close);
        }
        output.note(parts.text());
        try (BenchNode node = BenchNode.start(checkout, model, bench, folder)) {
            PipelineRun run = new PipelineRun(node.broker(), node.brokerPid(), pictures, output);
            PipelineRun.PipelineResult alone = run.measure(
                    images, warmUp, parts, () -> ServiceProcess.ready(node.worker(), WorkerBenchOptions.READY_LIMIT));
            output.print(alone.text(), alone.fields());
            if (twin != null) {
                RandomBank.publish(node.broker(), twinDescription(model), bench.references());
                ServiceSpec both = node.worker().with(twinSettings(model));
                TwinCost cost = new TwinCost(
                        alone,
                        run.measure(
                                images,
                                warmUp,
                                parts,
                                () -> ServiceProcess.ready(both, WorkerBenchOptions.READY_LIMIT)));
                output.print(cost.text(), cost.fields());
            }
            return alone.holds();
        }
    }

    private EncoderDescription twinDescription(EncoderDescription model) {
        return ModelPackage.open(twin).describe(EncoderOptions.Precision.labelled(twinPrecision(model)));
    }

    /** A threshold that nothing exceeds: random references say nothing, and no audit is to be written for it. */
    private Map<String, String> twinSettings(EncoderDescription model) {
        return Map.of(
                "bulwark.twin.model",
                twin,
                "bulwark.twin.precision",
                twinPrecision(model),
                "bulwark.twin.threshold",
                "1");
    }

    private String twinPrecision(EncoderDescription model) {
        return twinPrecision == null ? model.precision() : twinPrecision;
    }

    /** As many as the worker has by default, each of one thread. */
    private List<Encoder> encoders() {
        EncoderOptions encoding = bench.encoding();
        ModelPackage model = ModelPackage.open(ModelPackage.DEFAULT);
        return IntStream.range(0, Math.min(8, Runtime.getRuntime().availableProcessors()))
                .mapToObj(core -> model.openEncoder(encoding))
                .toList();
    }

    /**
     * What a twin costs a worker.
     *
     * @param alone the pipeline without it
     * @param withTwin the same images on the same machine with it
     */
    record TwinCost(PipelineRun.PipelineResult alone, PipelineRun.PipelineResult withTwin) {

        /** Of the images a second without the twin, what is left. */
        double left() {
            return withTwin.imagesPerSecond() / alone.imagesPerSecond();
        }

        String text() {
            return Fields.text(
                    """
                    with twin %.1f images/s over %d images: %.2f of those without
                    worker    %.2f ms of CPU an image: %+.2f ms
                    latency   p50 %.0f ms, p95 %.0f ms, p99 %.0f ms from produce to verdict at %.1f images/s
                    memory    %d MiB resident: %+d MiB""",
                    withTwin.imagesPerSecond(),
                    withTwin.throughput().images(),
                    left(),
                    withTwin.workerMillis(),
                    withTwin.workerMillis() - alone.workerMillis(),
                    withTwin.latencies().p50(),
                    withTwin.latencies().p95(),
                    withTwin.latencies().p99(),
                    withTwin.pacedRate(),
                    withTwin.residentEnd() >> 20,
                    (withTwin.residentEnd() - alone.residentEnd()) >> 20);
        }

        Map<String, Object> fields() {
            return Fields.of(
                    "twinImagesPerSecond",
                    withTwin.imagesPerSecond(),
                    "twinShareLeft",
                    left(),
                    "twinWorkerMillis",
                    withTwin.workerMillis(),
                    "twinPacedImagesPerSecond",
                    withTwin.pacedRate(),
                    "twinP50Millis",
                    withTwin.latencies().p50(),
                    "twinP95Millis",
                    withTwin.latencies().p95(),
                    "twinP99Millis",
                    withTwin.latencies().p99(),
                    "twinResidentEndBytes",
                    withTwin.residentEnd());
        }
    }
}
