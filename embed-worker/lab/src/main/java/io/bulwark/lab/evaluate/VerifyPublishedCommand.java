package io.bulwark.lab.evaluate;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.gradient.EarlyStop;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.data.NightsLayout;
import io.bulwark.lab.data.Triplet;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
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
        metric.require(model.describe(Precision.FP32));
        List<Triplet> all = SingleEvaluation.made(() -> NightsLayout.read(nights, NightsLayout.Split.TEST));
        return verify(metric, model, all, output);
    }

    int verify(PublishedMetric metric, ModelPackage model, List<Triplet> all, Output output) {
        List<Triplet> asked = RunOptions.spread(all, images, "--images");
        ThreatModel threat = Threats.named("--threats", "linf:4/255");
        ChoiceTask task = new ChoiceTask(asked, LogitLoss.MARGIN);
        Path folder = out == null ? Path.of(metric.name() + "-verified") : out;
        TaskRun run = new TaskRun(
                new Apgd(ITERATIONS, 1, EarlyStop.EACH_FOOLED, 1),
                false,
                ITERATIONS,
                List.of(threat),
                new ResizedPixels(),
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
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("metric", name);
        fields.put("machine", TaskRun.machine());
        fields.put("holds", holds);
        fields.put("rows", found.stream().map(PublishedComparison::fields).toList());
        StringBuilder text = new StringBuilder("%s on %d triplets of NIGHTS%n"
                .formatted(name, found.get(0).measured().trials()));
        found.forEach(row -> text.append(row).append(System.lineSeparator()));
        new Results(folder, output).save("verify-published", text.toString(), fields);
        output.print(text.toString().strip(), fields);
        return holds ? ExitCodes.OK : ExitCodes.FAILED;
    }
}
