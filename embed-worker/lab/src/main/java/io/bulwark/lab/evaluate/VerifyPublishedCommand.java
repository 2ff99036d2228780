package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.report.Proportion;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.data.NightsLayout;
import io.bulwark.lab.data.Triplet;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.Machine;
import io.bulwark.lab.experiment.Results;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.model.family.OpenClipConvNext;
import io.bulwark.perception.model.family.OpenClipVit;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark model verify-published}. */
@Command(
        name = "verify-published",
        description = {
            "Measures a published robust metric on NIGHTS, clean and under l-infinity 4/255, and fails if it does not"
                    + " come to what its authors publish.",
            "The attack is theirs: APGD, 100 iterations from one random start, on the reference after resizing."
        })
public final class VerifyPublishedCommand implements Callable<Integer> {

    private static final int ITERATIONS = 100;

    @Mixin
    private OutputOptions options;

    @Parameters(paramLabel = "NAME", description = "As the authors call it, such as lora-vit-b-16-fare.")
    private String name;

    @Option(names = "--nights", paramLabel = "DIR", required = true, description = "NIGHTS: a folder with data.csv.")
    private Path nights;

    @Option(names = "--model", paramLabel = "LOCATION", description = "The package (default: a folder called NAME).")
    private String location;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for the result and for the ledger that an interrupted run goes on from (default:"
                    + " NAME-verified).")
    private Path out;

    @Option(
            names = "--images",
            description = "Number of triplets to ask, evenly spread (default: all); two standard errors more are"
                    + " allowed then.")
    private Integer images;

    @Option(names = "--tolerance", paramLabel = "POINTS", description = "Between the clean figures.")
    private double tolerance = 0.5;

    @Option(
            names = "--attacked-tolerance",
            paramLabel = "POINTS",
            description = "Between the attacked ones, which depend on a random start.")
    private double attackedTolerance = 1.5;

    @Option(names = "--batch", description = "Pictures attacked at once (default: the fastest here, measured first).")
    private int batch = 0;

    @Override
    public Integer call() {
        Output output = options.output();
        PublishedMetric metric = PublishedMetric.named(name);
        ModelPackage model = ModelOptions.open(location == null ? name : location, output);
        metric.require(model.describe(EncoderOptions.Precision.FP32));
        List<Triplet> all = CommandFailure.orUsage(() -> NightsLayout.read(nights, NightsLayout.Split.TEST));
        return verify(metric, model, all, output);
    }

    int verify(PublishedMetric metric, ModelPackage model, List<Triplet> all, Output output) {
        List<Triplet> asked = RunOptions.spread(all, images, "--images");
        ThreatModel threat = Threats.named("--threats", "linf:4/255");
        ChoiceTask task = new ChoiceTask(asked, LogitLoss.MARGIN);
        Path folder = out == null ? Path.of(metric.name() + "-verified") : out;
        TaskRun run = new TaskRun(
                new Apgd(ITERATIONS, 1, Apgd.EarlyStop.EACH_FOOLED, 1),
                false,
                ITERATIONS,
                List.of(threat),
                new Track.ResizedPixels(),
                folder);
        boolean sample = asked.size() < all.size();
        try (OpenedEncoder opened = OpenedEncoder.of(model, EncoderOptions.defaults(), batch)) {
            output.note("%s: %s".formatted(metric.name(), opened.cost(run.steps(task))));
            Ledger ledger = run.run(opened.encoder(), task, output);
            return report(
                    metric.name(),
                    folder,
                    List.of(
                            new PublishedComparison("clean", metric.clean(), ledger.clean(), tolerance, sample),
                            new PublishedComparison(
                                    threat.toString(),
                                    metric.attacked(),
                                    ledger.robust(threat),
                                    attackedTolerance,
                                    sample)),
                    output);
        }
    }

    private static int report(String name, Path folder, List<PublishedComparison> found, Output output) {
        boolean holds = found.stream().allMatch(PublishedComparison::holds);
        Map<String, Object> fields = Fields.of(
                "metric",
                name,
                "machine",
                Machine.describe(),
                "holds",
                holds,
                "rows",
                found.stream().map(PublishedComparison::fields).toList());
        StringBuilder text = new StringBuilder("%s on %d triplets of NIGHTS%n"
                .formatted(name, found.get(0).measured().trials()));
        found.forEach(row -> text.append(row).append(System.lineSeparator()));
        new Results(folder, output).publish("verify-published", text.toString(), fields);
        return holds ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /**
     * A measured agreement beside the published one.
     *
     * @param threat {@code clean} or the threat model
     * @param published in percent
     * @param measured of all triplets that were asked
     * @param tolerance in points, where every triplet of the split was asked
     * @param sample whether only some were
     */
    record PublishedComparison(String threat, double published, Proportion measured, double tolerance, boolean sample) {

        private static final double STANDARD_ERRORS = 2;

        /** In percent. */
        double percent() {
            return 100 * measured.value();
        }

        /** Points that may lie between the two: of a sample two standard errors more. */
        double allowed() {
            if (!sample) {
                return tolerance;
            }
            double share = published / 100;
            return tolerance + 100 * STANDARD_ERRORS * Math.sqrt(share * (1 - share) / measured.trials());
        }

        /** More is as wrong as less: a stronger model than the published one is a weaker attack. */
        boolean holds() {
            return Math.abs(percent() - published) <= allowed();
        }

        @Override
        public String toString() {
            return Fields.text(
                    "%s: measured %.1f, published %.1f, allowed ±%.1f: %s",
                    threat, percent(), published, allowed(), holds() ? "holds" : "does not hold");
        }

        Map<String, Object> fields() {
            return Fields.of(
                    "threat",
                    threat,
                    "measured",
                    percent(),
                    "published",
                    published,
                    "allowed",
                    allowed(),
                    "questions",
                    measured.trials(),
                    "holds",
                    holds());
        }
    }

    /**
     * A perceptual metric that Croce et al. (SaTML 2025) publish, and their agreement with people on the test split of
     * NIGHTS in percent (README of fra31/perceptual-metrics at 962995f).
     *
     * @param name as the authors have it
     * @param family of the tower
     * @param dimension length of an embedding
     * @param taught whether an MLP or adapters were trained on NIGHTS: then pictures are squeezed to the encoder's
     *     square
     * @param clean without an attack
     * @param attacked under l∞ 4/255: APGD, 100 iterations, one random start
     */
    record PublishedMetric(String name, String family, int dimension, boolean taught, double clean, double attacked) {

        private static final int INPUT = 224;

        static final List<PublishedMetric> ALL = List.of(
                convNext("convnext_base_w", false, 87.2, 0.0),
                convNext("convnext_base_w-fare", false, 90.6, 74.3),
                convNext("convnext_base_w-tecoa", false, 92.3, 81.9),
                convNext("mlp-convnext_base_w-fare", true, 92.5, 78.2),
                convNext("mlp-convnext_base_w-tecoa", true, 94.5, 84.4),
                convNext("lora-convnext_base_w-fare", true, 95.3, 85.6),
                convNext("lora-convnext_base_w-tecoa", true, 95.0, 87.2),
                vit("vit-b-16", false, 85.1, 0.0),
                vit("vit-b-16-fare", false, 90.6, 71.5),
                vit("vit-b-16-tecoa", false, 91.9, 79.4),
                vit("mlp-vit-b-16-fare", true, 92.7, 75.9),
                vit("mlp-vit-b-16-tecoa", true, 93.7, 82.1),
                vit("lora-vit-b-16-fare", true, 95.7, 80.9),
                vit("lora-vit-b-16-tecoa", true, 94.6, 81.5));

        private static PublishedMetric convNext(String name, boolean taught, double clean, double attacked) {
            return new PublishedMetric(name, OpenClipConvNext.NAME, 640, taught, clean, attacked);
        }

        private static PublishedMetric vit(String name, boolean taught, double clean, double attacked) {
            return new PublishedMetric(name, OpenClipVit.NAME, 512, taught, clean, attacked);
        }

        /** @throws CommandFailure if none is called so */
        static PublishedMetric named(String name) {
            return ALL.stream()
                    .filter(metric -> metric.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> CommandFailure.usage("'%s' is none of the published metrics: %s"
                            .formatted(
                                    name,
                                    ALL.stream().map(PublishedMetric::name).collect(Collectors.joining(", ")))));
        }

        /**
         * Holds a package to what can be seen of it without the data.
         *
         * @throws CommandFailure if it is another kind of model, or prepares pictures otherwise than the authors do
         */
        void require(EncoderDescription found) {
            ResizeMode mode = taught ? ResizeMode.SQUASH : ResizeMode.SHORTEST;
            if (!found.family().equals(family)
                    || found.dimension() != dimension
                    || found.preprocess().resizeMode() != mode
                    || found.preprocess().width() != INPUT) {
                throw CommandFailure.failed(
                        "model '%s' is no %s: it is %s of dimension %d, %s to %d pixels; wanted is %s of"
                                        .formatted(
                                                found.name(),
                                                name,
                                                found.family(),
                                                found.dimension(),
                                                found.preprocess().resizeMode(),
                                                found.preprocess().width(),
                                                family)
                                + " dimension %d, %s to %d (docs/checkpoints.md has the command that makes it)"
                                        .formatted(dimension, mode, INPUT));
            }
        }
    }
}
