package io.bulwark.lab.bench;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.bench.BenchCommand.RateOptions;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.BatchShapes;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.FreshPackage;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.torch.FloatMatrix.GemmPeak;
import io.bulwark.perception.torch.PlainMobileNetV2;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark bench encoder}. */
@Command(
        name = "encoder",
        description = {
            "Images a second of an encoder at each batch size, beside the fp32 matrix products of this machine, measured"
                    + " before and after. The bound is what the faster of the two allows if every product of the model is"
                    + " computed; an encoder leaves out products that its embedding does not depend on.",
            "Without --weights an architecture of full size gets random weights.",
            "A MobileNetV2 is compared with the plain module in the same run: NCHW, fp32, BatchNorm not folded."
        })
final class EncoderBenchCommand extends OutputCommand implements Callable<Integer> {

    private static final String MOBILENET = "mobilenet-v2";

    @Mixin
    private RateOptions rates;

    @Option(
            names = "--family",
            paramLabel = "F",
            defaultValue = MOBILENET,
            description = "mobilenet-v2, open-clip-vit, open-clip-convnext or dino-vit.")
    private String family;

    @Option(
            names = "--config",
            paramLabel = "C",
            description = "The architecture, such as ViT-B-32, ViT-B-16, ViT-L-14, convnext_base_w, dino-vitb16"
                    + " (default: the family's first).")
    private String config = "";

    @Option(names = "--weights", paramLabel = "DIR", description = "A model package or published checkpoint instead.")
    private String weights;

    @Option(
            names = "--against",
            paramLabel = "DIR",
            split = ",",
            description =
                    "Packages that are measured by turns with --weights instead: CPU time of an image at each batch size"
                            + " and precision. A plus joins two that both see every image, such as student+parent.")
    private List<String> against;

    @Option(names = "--precision", paramLabel = "P", split = ",", description = "One or several of fp32, bf16, fp16.")
    private List<String> precisions = List.of("fp32", "bf16");

    @Override
    public Integer call() throws Exception {
        List<Integer> batches = rates.batches();
        return WorkerBenchOptions.Scratch.in(scratch -> {
            run(output(), batches, scratch);
            return ExitCodes.OK;
        });
    }

    private void run(Output output, List<Integer> batches, Path scratch) throws IOException {
        EncoderOptions base = rates.on(EncoderOptions.defaults()).withCache(scratch.resolve("linked"));
        Duration each = rates.each();
        output.note(Machine.describe());
        if (against != null) {
            byTurns(output, base, batches, each);
            return;
        }
        ModelPackage model = model(scratch);
        double before = GemmPeak.fp32(base, each);
        List<Measured> measured = new ArrayList<>();
        for (String precision : precisions) {
            output.note("measuring " + precision);
            measured.add(measure(model, base.withPrecision(precision(precision)), batches, each));
        }
        Map<Integer, Double> plain = Map.of();
        if (model.manifest().family().equals(MOBILENET)) {
            output.note("measuring the plain module");
            plain = PlainPeer.measure(base, model.manifest().preprocess().width(), batches, each);
        }
        double after = GemmPeak.fp32(base, each);
        double bound = Math.max(before, after) / 2 / model.multiplications();
        measured.forEach(of -> of.rates().forEach((batch, rate) -> print(output, of, batch, rate, rate / bound)));
        if (!plain.isEmpty()) {
            PlainPeer.compare(output, plain, bound, measured);
        }
        output.print(
                Fields.text("fp32 matrix products: %.0f GFLOP/s before, %.0f after", before / 1e9, after / 1e9),
                Map.of("gemmFlopsBefore", before, "gemmFlopsAfter", after));
    }

    private void byTurns(Output output, EncoderOptions base, List<Integer> batches, Duration each) {
        if (weights == null) {
            throw CommandFailure.usage("--against needs --weights, the package that the others are compared with");
        }
        List<String> packages = new ArrayList<>(List.of(weights));
        packages.addAll(against);
        for (String precision : precisions) {
            for (int batch : batches) {
                try (EncoderTurns turns = EncoderTurns.of(packages, base.withPrecision(precision(precision)), batch)) {
                    for (EncoderTurns.Cost cost : turns.measure(each)) {
                        Map<String, Object> fields = Fields.of("precision", precision, "batch", batch);
                        fields.putAll(cost.fields());
                        output.print("%s batch %2d, %s".formatted(precision, batch, cost.text()), fields);
                    }
                }
            }
        }
    }

    /**
     * What one precision came to.
     *
     * @param rates images a second by batch size
     * @param left what the encoder computes of the model's products
     */
    record Measured(EncoderDescription encoder, Map<Integer, Double> rates, double left) {}

    private static Measured measure(ModelPackage model, EncoderOptions options, List<Integer> batches, Duration each) {
        try (Encoder encoder = model.openEncoder(options)) {
            return new Measured(
                    encoder.description(),
                    BatchShapes.measure(encoder, batches, each).imagesPerSecond(),
                    (double) model.multiplications(options) / model.multiplications());
        }
    }

    /**
     * Prints a line.
     *
     * @param share of the images a second that the fp32 peak would allow if all of the model were computed; 0 where its
     *     products are not counted
     */
    private static void print(Output output, Measured measured, int batch, double rate, double share) {
        String name = measured.encoder().name();
        String precision = measured.encoder().precision();
        double left = measured.left();
        Map<String, Object> fields =
                Fields.of("model", name, "precision", precision, "batch", batch, "imagesPerSecond", rate);
        String shares = "";
        if (share > 0) {
            shares = Fields.text(
                    "  %3.0f %% of the bound: %3.0f %% of the model at %3.0f %% of the fp32 peak",
                    100 * share, 100 * left, 100 * share * left);
            fields.put("shareOfBound", share);
            fields.put("computedOfModel", left);
            fields.put("shareOfFp32Peak", share * left);
        }
        output.print(Fields.text("%s %s batch %2d  %7.1f images/s%s", name, precision, batch, rate, shares), fields);
    }

    private ModelPackage model(Path scratch) throws IOException {
        if (weights != null) {
            return ModelPackage.open(weights);
        }
        if (family.equals(MOBILENET)) {
            return ModelPackage.open(ModelPackage.DEFAULT);
        }
        RandomCheckpoint checkpoint = RandomCheckpoint.of(family, config)
                .orElseThrow(() -> CommandFailure.usage("no architecture '%s/%s'; known are mobilenet-v2 and %s"
                        .formatted(family, config, RandomCheckpoint.known())));
        Path folder = scratch.resolve(checkpoint.name());
        checkpoint.write(folder);
        return ModelPackage.open(folder.toString());
    }

    /** @throws CommandFailure if there is no such precision */
    static EncoderOptions.Precision precision(String label) {
        try {
            return EncoderOptions.Precision.labelled(label);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(e.getMessage());
        }
    }

    /** Rates of a MobileNetV2 beside those of the plain module: at each batch size, and the best of both. */
    static final class PlainPeer {

        private PlainPeer() {}

        /**
         * Measures the plain module.
         *
         * @param side of the pictures that it sees
         * @return images a second by batch size
         */
        static Map<Integer, Double> measure(EncoderOptions options, int side, List<Integer> batches, Duration each) {
            try (PlainMobileNetV2 plain = new PlainMobileNetV2(options)) {
                return plain.imagesPerSecond(side, batches, each);
            }
        }

        /**
         * Prints how many times faster another is.
         *
         * @param plain the plain module's images a second by batch size
         * @param bound images a second that the fp32 peak allows
         */
        static void compare(Output output, Map<Integer, Double> plain, double bound, List<Measured> measured) {
            plain.forEach((batch, rate) -> output.print(
                    Fields.text("plain NCHW module, fp32 batch %2d  %7.1f images/s", batch, rate),
                    Map.of("model", "plain", "precision", "fp32", "batch", batch, "imagesPerSecond", rate)));
            measured.forEach(other -> print(output, other.encoder().precision(), other.rates(), plain));
            double most = bound / Collections.max(plain.values());
            output.print(
                    Fields.text("the fp32 peak allows %.2f times the plain module at its best", most),
                    Map.of("fp32PeakTimesPlain", most));
        }

        private static void print(
                Output output, String precision, Map<Integer, Double> rates, Map<Integer, Double> peer) {
            rates.forEach((batch, rate) -> {
                double times = rate / peer.get(batch);
                output.print(
                        Fields.text("%s batch %2d: %.2f times the plain module", precision, batch, times),
                        Map.of("precision", precision, "batch", batch, "timesPlain", times));
            });
            double best = Collections.max(rates.values()) / Collections.max(peer.values());
            output.print(
                    Fields.text("%s at its best: %.2f times the plain module at its own", precision, best),
                    Map.of("precision", precision, "timesPlainAtBest", best));
        }
    }

    /**
     * Checkpoints of full size with random weights, for speed alone: what they say of pictures means nothing.
     *
     * @param family the program's family
     * @param name as open_clip or DINO call the architecture
     * @param json the configuration
     */
    record RandomCheckpoint(String family, String name, String json) {

        private static final long SEED = 1;

        private static final List<RandomCheckpoint> KNOWN = List.of(
                vit("ViT-B-32", 512, "'patch_size': 32"),
                vit("ViT-B-16", 512, "'patch_size': 16"),
                vit("ViT-L-14", 768, "'patch_size': 14, 'layers': 24, 'width': 1024"),
                vit("ViT-L-14-336", 768, "'patch_size': 14, 'layers': 24, 'width': 1024, 'image_size': 336"),
                new RandomCheckpoint(
                        "open-clip-convnext",
                        "convnext_base_w",
                        "{'model_cfg': {'embed_dim': 640, 'vision_cfg': {'timm_model_name': 'convnext_base', 'timm_proj':"
                                + " 'linear', 'image_size': 256}, 'text_cfg': {}}}"),
                new RandomCheckpoint("dino-vit", "dino-vitb16", "{'model_type': 'vit', 'patch_size': 16}"));

        private static RandomCheckpoint vit(String name, int dimension, String vision) {
            return new RandomCheckpoint(
                    "open-clip-vit",
                    name,
                    "{'model_cfg': {'embed_dim': %d, 'quick_gelu': true, 'vision_cfg': {%s}, 'text_cfg': {}}}"
                            .formatted(dimension, vision));
        }

        /** The architecture of that family and name; the family's first where the name is empty. */
        static Optional<RandomCheckpoint> of(String family, String name) {
            return KNOWN.stream()
                    .filter(known -> known.family().equals(family)
                            && (name.isEmpty() || known.name().equalsIgnoreCase(name)))
                    .findFirst();
        }

        /** {@code family/name} of all. */
        static List<String> known() {
            return KNOWN.stream()
                    .map(known -> known.family() + "/" + known.name())
                    .toList();
        }

        /** Writes the checkpoint, as a vision tower saved alone. */
        void write(Path folder) throws IOException {
            byte[] config = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            new FreshPackage(config, SEED).write(folder);
        }
    }
}
