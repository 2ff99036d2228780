package io.bulwark.lab.evaluate.paper;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.report.Share;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.evaluate.Ledger;
import io.bulwark.lab.evaluate.OpenedEncoder;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.IntToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bulwark model verify-published}. */
@Command(
        name = "verify-published",
        description = {
            "Measures a published robust metric on NIGHTS, clean, under l-infinity 4/255 and under l2 3, and fails if it"
                    + " does not come to what its authors publish.",
            "The attack is theirs: APGD, 100 iterations from one random start, on the reference after resizing. Another"
                    + " random start than theirs is drawn, so attacked figures may differ by two binomial standard"
                    + " errors."
        })
public final class VerifyPublishedCommand extends OutputCommand implements Callable<Integer> {

    private static final List<ThreatModel> THREATS = List.of(ThreatModel.linf(4 / 255.0), ThreatModel.l2(3));

    @Parameters(paramLabel = "NAME", description = "As the authors call it, such as lora-vit-b-16-fare.")
    private String name;

    @Option(names = "--nights", paramLabel = "DIR", required = true, description = "NIGHTS: a folder with data.csv.")
    private Path nights;

    @Option(names = "--model", paramLabel = "LOCATION", description = "The package (default: a folder called NAME).")
    private String location;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Folder for the result and for the ledgers that an interrupted run goes on from (default:"
                    + " NAME-verified).")
    private Path out;

    @Option(
            names = "--images",
            description = "Number of triplets to ask, evenly spread (default: all); two standard errors more are"
                    + " allowed of the clean figure then.")
    private Integer images;

    @Option(names = "--tolerance", paramLabel = "POINTS", description = "Between the clean figures.")
    private double tolerance = 0.5;

    @Option(
            names = "--attacked-tolerance",
            paramLabel = "POINTS",
            description = "Between the attacked ones, beside two binomial standard errors.")
    private double attackedTolerance = 0;

    @Option(
            names = "--stronger",
            description = "Attack what is left once more, by APGD of 100 iterations from the picture and from another"
                    + " random start, then by Square with 5,000 queries: rows beside the published ones.")
    private boolean stronger;

    @Option(names = "--seed", description = "Of random starts and squares.")
    private long seed = PaperAttack.Settings.STANDARD.seed();

    @Option(names = "--batch", description = "Pictures attacked at once (default: the fastest here, measured first).")
    private int batch = 0;

    @Override
    public Integer call() {
        Output output = output();
        PublishedMetric metric = PublishedMetric.named(name);
        ModelPackage model = ModelOptions.open(location == null ? name : location, output);
        metric.require(model.describe(EncoderOptions.Precision.FP32));
        PaperData all = CommandFailure.orUsage(() -> PaperData.nights(nights, null));
        PaperData asked = CommandFailure.orUsage(() -> PaperData.nights(nights, images));
        Path folder = out == null ? Path.of(metric.name() + "-verified") : out;
        PaperAttack.Settings settings = new PaperAttack.Settings(
                PaperAttack.Settings.STANDARD.iterations(), PaperAttack.Settings.STANDARD.queries(), seed);
        boolean sample = asked.ids().size() < all.ids().size();
        try (OpenedEncoder opened = OpenedEncoder.of(model, EncoderOptions.onFirstDevice(), batch)) {
            PaperRun run = new PaperRun(opened.encoder(), asked, settings, folder, output);
            output.note("%s: %s"
                    .formatted(metric.name(), opened.cost(run.steps(THREATS.size(), stronger ? THREATS.size() : 0))));
            return report(metric, folder, rows(metric, run, sample), output);
        }
    }

    private List<PublishedComparison> rows(PublishedMetric metric, PaperRun run, boolean sample) {
        PaperData data = run.data();
        List<Ledger> ledgers = THREATS.stream().map(run::published).toList();
        List<PublishedComparison> rows = new ArrayList<>();
        IntToDoubleFunction clean = ledgers.get(0)::cleanScore;
        add(rows, data, PublishedMetric.CLEAN, "none", clean, metric.figures(), tolerance, sample);
        for (int i = 0; i < THREATS.size(); i++) {
            add(
                    rows,
                    data,
                    THREATS.get(i).toString(),
                    PaperAttack.PUBLISHED.label(),
                    under(ledgers.get(i), THREATS.get(i)),
                    metric.figures(),
                    attackedTolerance,
                    true);
        }
        if (stronger) {
            Ledger ledger = run.stronger(THREATS, ledgers);
            PublishedMetric.Figures none =
                    new PublishedMetric.Figures(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
            for (ThreatModel threat : THREATS) {
                String attack = PaperAttack.STRONGER.label();
                add(rows, data, threat.toString(), attack, under(ledger, threat), none, 0, true);
            }
        }
        return rows;
    }

    static IntToDoubleFunction under(Ledger ledger, ThreatModel threat) {
        return question -> ledger.robustScore(question, threat);
    }

    /** A row for the whole split, which is compared, and one for each half. */
    private static void add(
            List<PublishedComparison> rows,
            PaperData data,
            String threat,
            String attack,
            IntToDoubleFunction score,
            PublishedMetric.Figures figures,
            double tolerance,
            boolean binomial) {
        boolean whole = true;
        for (Map.Entry<String, FileBootstrap> part : data.scores(score).entrySet()) {
            rows.add(new PublishedComparison(
                    threat,
                    whole ? "all" : part.getKey(),
                    attack,
                    whole ? figures.under(threat) : OptionalDouble.empty(),
                    part.getValue(),
                    tolerance,
                    binomial));
            whole = false;
        }
    }

    private static int report(PublishedMetric metric, Path folder, List<PublishedComparison> found, Output output) {
        boolean holds = found.stream().allMatch(PublishedComparison::holds);
        Map<String, Object> fields = Fields.of(
                "metric",
                metric.name(),
                "machine",
                Machine.describe(),
                "attack",
                PaperRun.describe(PaperAttack.PUBLISHED, PaperAttack.Settings.STANDARD, null),
                "holds",
                holds,
                "rows",
                found.stream().map(PublishedComparison::fields).toList());
        StringBuilder text = new StringBuilder("%s on %d triplets of NIGHTS, %s%n"
                .formatted(metric.name(), found.get(0).measured().trials(), fields.get("attack")));
        found.forEach(row -> text.append(row).append(System.lineSeparator()));
        new Results(folder, output).publish("verify-published", text.toString(), fields);
        return holds ? ExitCodes.OK : ExitCodes.FAILED;
    }

    /**
     * A measured agreement beside the published one.
     *
     * @param threat {@code clean} or the threat model
     * @param part of the test split: {@code all}, or one of its halves, of which nothing is published
     * @param attack whose; {@code none} of the clean one
     * @param published in percent; empty where nothing is
     * @param measured of all triplets that were asked
     * @param tolerance in points
     * @param binomial whether two binomial standard errors are allowed on top: of a sample, and of a random start
     */
    record PublishedComparison(
            String threat,
            String part,
            String attack,
            OptionalDouble published,
            Share measured,
            double tolerance,
            boolean binomial) {

        private static final double STANDARD_ERRORS = 2;

        /** In percent. */
        double percent() {
            return 100 * measured.value();
        }

        /**
         * Points that may lie between the two. The standard error is that of Agresti and Coull ("Approximate is better
         * than exact", The American Statistician 1998), which is above zero for a published 0.0, too.
         */
        double allowed() {
            double share = (published.orElse(0) / 100 * measured.trials() + 2) / (measured.trials() + 4);
            double error = Math.sqrt(share * (1 - share) / (measured.trials() + 4));
            return tolerance + (binomial ? 100 * STANDARD_ERRORS * error : 0);
        }

        /**
         * More is as wrong as less: a stronger model than the published one is a weaker attack. What nothing is published
         * of cannot be wrong.
         */
        boolean holds() {
            return published.isEmpty() || Math.abs(percent() - published.getAsDouble()) <= allowed();
        }

        @Override
        public String toString() {
            String what = Fields.text(
                    "%s%s%s: measured %.1f",
                    threat,
                    part.equals("all") ? "" : ", " + part,
                    attack.equals(PaperAttack.STRONGER.label()) ? ", stronger attack" : "",
                    percent());
            return published.isEmpty()
                    ? what + ", nothing published"
                    : what
                            + Fields.text(
                                    ", published %.1f, allowed ±%.1f: %s",
                                    published.getAsDouble(), allowed(), holds() ? "holds" : "does not hold");
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = Fields.of(
                    "threat", threat, "part", part, "attack", attack, "measured", percent(), "published", published);
            if (published.isPresent()) {
                fields.put("allowed", allowed());
                fields.put("holds", holds());
            }
            fields.put("questions", measured.trials());
            return fields;
        }
    }
}
