package io.bulwark.lab.bench;

import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.ServiceProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import io.bulwark.lab.bench.BenchCommand.BenchNode;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.model.ModelPackage;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
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
                    + " half of it is sent; fails where an upload then costs more than 1.25 times the CPU time that it"
                    + " costs under the backlog, or where p50 is above 2.5 times or p99 above 9 times that. Beside each rate"
                    + " stands what an M/M/c queue for the cores alone would make of it.",
            "With --against another build runs by turns with this one, at half of the capacity that the other has in the"
                    + " first round; fails as well where this build's CPU time of an upload is above the other's, under"
                    + " the backlog or at the rate.",
            "With --mix each rate is run a second time with strangers among the uploads. They are reported apart; fails"
                    + " where they make the p99 of the others more than 1.5 times as long, or crowded ones take more than a"
                    + " quarter of the encoder's time. Fails as well where an upload is not answered once. Let nothing else run meanwhile."
        })
final class LatencyBenchCommand extends OutputCommand implements Callable<Integer> {

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

    @Option(names = "--seconds", paramLabel = "S", description = "How long latencies and CPU time count at each rate.")
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

    @Option(
            names = "--against",
            paramLabel = "CHECKOUT",
            description = "A checkout of Bulwark that is built, whose worker runs by turns with this one's.")
    private Path against;

    @Option(names = "--rounds", paramLabel = "N", description = "How often each build runs with --against.")
    private int rounds = 5;

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
        Output output = output();
        output.note(Machine.describe() + ", " + bench.encoding().precision().label());
        Checkout checkout = Checkout.find();
        if (against != null) {
            LatencyTurns turns = bench.inFolder(folder -> byTurns(other(), checkout, folder, output));
            output.print(turns.text(), turns.fields());
            return turns.holds() ? ExitCodes.OK : ExitCodes.FAILED;
        }
        LatencyResult result = bench.inFolder(folder -> run(checkout, folder, rates, rates.isEmpty(), output));
        output.print(result.text(), result.fields());
        draw(result, output);
        return result.holds() ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /** The other build's checkout. */
    private Checkout other() {
        if (rates.size() > 1 || rounds < 1 || !mix.isEmpty() || out != null) {
            throw CommandFailure.usage(
                    "--against goes with one of --rates at most, --rounds of 1 or more, and neither --mix nor --out");
        }
        Checkout checkout = new Checkout(against);
        checkout.workerApplication();
        return checkout;
    }

    private LatencyTurns byTurns(Checkout other, Checkout checkout, Path folder, Output output) {
        List<LatencyResult> others = new ArrayList<>();
        List<LatencyResult> these = new ArrayList<>();
        List<Double> wanted = rates;
        for (int round = 1; round <= rounds; round++) {
            output.note("round " + round + " of " + rounds);
            others.add(run(other, folder.resolve("other-" + round), wanted, true, output));
            wanted = List.of(others.get(0).rates().get(0).load().rate());
            these.add(run(checkout, folder.resolve("this-" + round), wanted, true, output));
            output.note("other build\n" + others.get(round - 1).text());
            output.note("this build\n" + these.get(round - 1).text());
        }
        return new LatencyTurns(others, these);
    }

    private void draw(LatencyResult result, Output output) throws IOException {
        if (out != null) {
            Path file = out.resolve("latency.png");
            LatencyResult.LatencyChart.write(result.rates(), file);
            output.note("latencies in " + file);
        }
    }

    /**
     * A worker of a checkout, with a broker.
     *
     * @param wanted rates; if there are none, half of the capacity
     * @param capacityIsWanted whether it is measured, before the rates
     */
    private LatencyResult run(
            Checkout checkout, Path folder, List<Double> wanted, boolean capacityIsWanted, Output output) {
        List<byte[]> pictures = bench.pictures();
        try (BenchNode node = BenchNode.start(checkout, model(), bench, folder);
                StrangeHosts hosts = StrangeHosts.start(pictures.get(0));
                BenchTraffic traffic = new BenchTraffic(node.broker(), pictures, output)) {
            traffic.sendBacklog(warmUp + (capacityIsWanted ? images : 0));
            ServiceSpec spec = node.worker().with(hosts.workerSettings()).with(bench.workerSettings());
            try (ServiceProcess worker = ServiceProcess.ready(spec, WorkerBenchOptions.READY_LIMIT)) {
                LoadRun load = new LoadRun(
                        node.broker(),
                        new StrangeHosts.ArrivalUploads(pictures, large(), CrowdedGif.of(seed), hosts),
                        worker.pid(),
                        node.brokerPid(),
                        output);
                int cores = Runtime.getRuntime().availableProcessors();
                if (!capacityIsWanted) {
                    traffic.await(warmUp);
                    return new LatencyResult(Optional.empty(), measure(load, wanted, output), cores);
                }
                BenchTraffic.Throughput capacity = traffic.measure(images, warmUp, worker.pid(), node.brokerPid());
                double half = Math.max(1, Math.floor(capacity.imagesPerSecond() / 2));
                List<Double> rated = wanted.isEmpty() ? List.of(half) : wanted;
                return new LatencyResult(Optional.of(capacity), measure(load, rated, output), cores);
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

    /** The default model. */
    private EncoderDescription model() {
        try (Encoder encoder = ModelPackage.open(ModelPackage.DEFAULT).openEncoder(bench.encoding())) {
            return encoder.description();
        }
    }

    /**
     * A small file of many views: a wide transparent animation, of which each frame is looked at as a whole and in four
     * tiles, over white and over black. What an uploader would send to keep a worker busy.
     */
    static final class CrowdedGif {

        private static final int WIDTH = 300;
        private static final int HEIGHT = 80;
        private static final int FRAMES = 12;
        private static final int BLOCK = 10;
        private static final int COLOURS = 16;
        private static final String METADATA = "javax_imageio_gif_image_1.0";

        private CrowdedGif() {}

        /** The file; the same for the same seed. */
        static byte[] of(long seed) {
            Random random = new Random(seed);
            IndexColorModel colours = colours(random);
            ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
                writer.setOutput(out);
                writer.prepareWriteSequence(null);
                for (int i = 0; i < FRAMES; i++) {
                    BufferedImage frame = frame(colours, random);
                    writer.writeToSequence(new IIOImage(frame, null, metadata(writer, frame)), null);
                }
                writer.endWriteSequence();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            } finally {
                writer.dispose();
            }
            return bytes.toByteArray();
        }

        /** The first is transparent. */
        private static IndexColorModel colours(Random random) {
            byte[] red = new byte[COLOURS];
            byte[] green = new byte[COLOURS];
            byte[] blue = new byte[COLOURS];
            random.nextBytes(red);
            random.nextBytes(green);
            random.nextBytes(blue);
            return new IndexColorModel(4, COLOURS, red, green, blue, 0);
        }

        private static BufferedImage frame(IndexColorModel colours, Random random) {
            BufferedImage frame = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_INDEXED, colours);
            for (int y = 0; y < HEIGHT; y += BLOCK) {
                for (int x = 0; x < WIDTH; x += BLOCK) {
                    int index = random.nextInt(3) == 0 ? 0 : random.nextInt(COLOURS);
                    for (int at = 0; at < BLOCK * BLOCK; at++) {
                        frame.getRaster().setSample(x + at % BLOCK, y + at / BLOCK, 0, index);
                    }
                }
            }
            return frame;
        }

        /** Each frame replaces the one before. */
        private static IIOMetadata metadata(ImageWriter writer, BufferedImage frame) throws IOException {
            IIOMetadata metadata =
                    writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(frame), null);
            IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(METADATA);
            IIOMetadataNode control = (IIOMetadataNode)
                    root.getElementsByTagName("GraphicControlExtension").item(0);
            control.setAttribute("disposalMethod", "restoreToBackgroundColor");
            control.setAttribute("transparentColorFlag", "TRUE");
            control.setAttribute("transparentColorIndex", "0");
            control.setAttribute("delayTime", "10");
            metadata.setFromTree(METADATA, root);
            return metadata;
        }
    }
}
