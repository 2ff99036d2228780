package io.bulwark.lab.bench;

import io.bulwark.cli.bank.RandomBank;
import io.bulwark.cli.local.Checkout;
import io.bulwark.cli.local.KafkaProcess;
import io.bulwark.cli.local.ServiceSpec;
import io.bulwark.cli.local.Topology;
import io.bulwark.cli.local.Topology.Ports;
import io.bulwark.cli.options.ViewOptions.ViewPolicyName;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.bench.promise.PromiseBenchCommand;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code bulwark bench}: the parent of all benchmarks. */
@Command(
        name = "bench",
        description = "Measures this machine against bounds taken in the same run.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            PipelineBenchCommand.class,
            LatencyBenchCommand.class,
            StartBenchCommand.class,
            ReviewBenchCommand.class,
            TeamBenchCommand.class,
            MatchBenchCommand.class,
            EncoderBenchCommand.class,
            BenchCommand.PreprocessBenchCommand.class,
            IsolationBenchCommand.class,
            KnnBenchCommand.class,
            DecisionsBenchCommand.class,
            AttackBenchCommand.class,
            PromiseBenchCommand.class
        })
public final class BenchCommand {

    /** How a benchmark of an encoder takes its rates: {@code @Mixin RateOptions rates}. */
    static final class RateOptions {

        @Option(
                names = "--batch",
                paramLabel = "N",
                split = ",",
                description = "Batch sizes, of 1, 2, 4, 8, 16 and 32.")
        private List<Integer> batches = List.of(1, 8, 32);

        @Option(
                names = "--seconds",
                paramLabel = "S",
                description = "How long to measure each rate at each batch size.")
        private double seconds = 2;

        @Option(names = "--threads", description = "Threads within one operation; -1 leaves it to libtorch.")
        private int threads = -1;

        /**
         * Batch sizes to measure.
         *
         * @throws CommandFailure if one is none of {@link BatchShapes#CANDIDATES}
         */
        List<Integer> batches() {
            if (!BatchShapes.CANDIDATES.containsAll(batches)) {
                throw CommandFailure.usage("--batch is %s; allowed are %s".formatted(batches, BatchShapes.CANDIDATES));
            }
            return batches;
        }

        /** How long to measure each. */
        Duration each() {
            return Duration.ofMillis((long) (1000 * seconds));
        }

        /** The same with the threads that are asked for. */
        EncoderOptions on(EncoderOptions base) {
            return base.withThreads(threads);
        }
    }

    /** A broker with a bank of random references, and how the worker that is measured over it is started. */
    record BenchNode(KafkaProcess kafka, ServiceSpec worker) implements AutoCloseable {

        /**
         * Starts the broker and writes the bank.
         *
         * @param model of the references
         * @param folder of the logs, the broker's and the worker's
         */
        public static BenchNode start(
                Checkout checkout, EncoderDescription model, WorkerBenchOptions bench, Path folder) {
            KafkaProcess kafka = KafkaProcess.startForLoad(folder.resolve("kafka"), Ports.free());
            try {
                Topology.create(kafka.bootstrapServers());
                RandomBank.publish(Broker.at(kafka.bootstrapServers()), model, bench.references());
                return new BenchNode(
                        kafka,
                        ServiceSpec.worker(checkout, kafka.bootstrapServers(), Ports.free(), folder)
                                .with(Map.of("bulwark.encoder.precision", model.precision()))
                                .with(RandomBank.POLICY)
                                .with(bench.workerSettings()));
            } catch (RuntimeException e) {
                kafka.close();
                throw e;
            }
        }

        /** The broker. */
        public Broker broker() {
            return Broker.at(kafka.bootstrapServers());
        }

        /** The broker's process. */
        long brokerPid() {
            return kafka.pid();
        }

        @Override
        public void close() {
            kafka.close();
        }
    }

    /** {@code bulwark bench preprocess}. */
    @Command(
            name = "preprocess",
            description = "Decoding and preprocessing of JPEGs, beside the JDK's decode alone in the same run.")
    static final class PreprocessBenchCommand extends OutputCommand implements Runnable {

        private static final long SEED = 1;

        @Option(
                names = "--size",
                paramLabel = "WxH",
                split = ",",
                defaultValue = "640x480,1920x1080,4000x3000",
                converter = PictureSize.Converter.class,
                description = "Pictures to measure.")
        private List<PictureSize> sizes;

        @Option(names = "--input", paramLabel = "PIXELS", description = "Side of the encoder's input.")
        private int input = 224;

        @Option(
                names = "--views",
                paramLabel = "POLICY",
                defaultValue = "cover",
                converter = ViewPolicyName.class,
                description = "cover, squash or center-crop.")
        private ViewPolicy views;

        @Option(names = "--rounds", description = "Timed rounds of each.")
        private int rounds = 40;

        @Override
        public void run() {
            Output output = output();
            output.note(Machine.describe());
            PreprocessBenchmark benchmark = new PreprocessBenchmark(
                    new StandardImageDecoder(DecodeLimits.standard()),
                    Preprocessor.moderation(PreprocessSpec.unit(input, PreprocessSpec.Interpolation.BILINEAR), views));
            for (PictureSize size : sizes) {
                byte[] file = PreprocessBenchmark.syntheticJpeg(size.width(), size.height(), SEED);
                print(benchmark.measure(file, rounds, rounds), output);
            }
        }

        private static void print(PreprocessBenchmark.Result result, Output output) {
            Map<String, Object> fields = Fields.of(
                    "width",
                    result.width(),
                    "height",
                    result.height(),
                    "views",
                    result.views(),
                    "jdkMillis",
                    result.jdkMillis(),
                    "decodeMillis",
                    result.decodeMillis(),
                    "preprocessMillis",
                    result.preprocessMillis(),
                    "totalMillis",
                    result.totalMillis(),
                    "ratio",
                    result.ratio());
            output.print(
                    Fields.text(
                            "%4dx%-4d %2d views: decode %.2f ms + preprocess %.2f ms = %.2f ms; the JDK's decode"
                                    + " %.2f ms: %.2f of it",
                            result.width(),
                            result.height(),
                            result.views(),
                            result.decodeMillis(),
                            result.preprocessMillis(),
                            result.totalMillis(),
                            result.jdkMillis(),
                            result.ratio()),
                    fields);
        }

        /**
         * Width and height as one word, {@code 640x480}.
         *
         * @param width in pixels
         * @param height in pixels
         */
        record PictureSize(int width, int height) {

            /** Reads the word. */
            static PictureSize parse(String word) {
                if (!word.matches("\\d{1,5}x\\d{1,5}")) {
                    throw new TypeConversionException(
                            "'" + word + "' is no size: wanted is WIDTHxHEIGHT, such as 640x480");
                }
                String[] sides = word.split("x");
                return new PictureSize(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]));
            }

            /** For picocli. */
            static final class Converter implements ITypeConverter<PictureSize> {

                @Override
                public PictureSize convert(String word) {
                    return parse(word);
                }
            }
        }
    }
}
