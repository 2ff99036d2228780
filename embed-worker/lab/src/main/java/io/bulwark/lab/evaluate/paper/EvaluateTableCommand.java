package io.bulwark.lab.evaluate.paper;

import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.evaluate.Ledger;
import io.bulwark.lab.evaluate.OpenedEncoder;
import io.bulwark.lab.evaluate.RunOptions;
import io.bulwark.lab.evaluate.paper.PaperRun.TableCurves;
import io.bulwark.lab.evaluate.paper.PaperTable.Cell;
import io.bulwark.lab.evaluate.paper.PaperTable.Key;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bulwark evaluate table}. */
@Command(
        name = "table",
        description = {
            "The paper's tables: models x (clean, threat models, curves over epsilon) x data sets, from a file of JSON"
                    + " (docs/checkpoints.md). Each figure stands beside the published one.",
            "Every answer is in a ledger in --out, so that a run of days can be stopped at any time; table.md, table.tex"
                    + " and table.json are written again after each model and data set."
        })
public final class EvaluateTableCommand extends OutputCommand implements Runnable {

    @Mixin
    private RunOptions run;

    @Parameters(paramLabel = "SPEC", description = "The file of JSON: models, data, threats, curve, attacks.")
    private Path file;

    @Override
    public void run() {
        Output output = output();
        TableSpec spec = CommandFailure.orUsage(() -> TableSpec.read(file));
        List<PaperData> data = CommandFailure.orUsage(() -> spec.dataSets(file));
        List<List<ModelPackage>> packages =
                spec.models().stream().map(model -> opened(model, output)).toList();
        Results results = new Results(run.out(), output);
        TableCurves curves = new TableCurves(results, spec);
        PaperTable table = table(spec, packages.get(0).get(0).manifest().preprocess());
        LedgerFile.Entries<String, BatchSize> batches = LedgerFile.Entries.open(
                run.out().resolve("batches.jsonl"),
                "batch sizes of a table",
                "something else than batch sizes",
                BatchSize.class,
                BatchSize::model);
        for (int i = 0; i < packages.size(); i++) {
            TableSpec.Model model = spec.models().get(i);
            try (OpenedEncoder opened = opened(packages.get(i), model, batches)) {
                output.note("%s: %s".formatted(model.name(), opened.cost(steps(spec, model, data, opened, output))));
                for (PaperData set : data) {
                    fill(table, spec, model, ran(spec, model, set, opened, output), results, curves);
                    save(results, table);
                }
                curves.overBanks(model, data, table);
            }
        }
        if (spec.compared()) {
            data.stream().filter(set -> set.name().equals("NIGHTS")).forEach(set -> compared(table, set));
            save(results, table);
        }
        output.print(table.markdown().stripTrailing(), table.json());
    }

    /** One package, or those of an ensemble. */
    private List<ModelPackage> opened(TableSpec.Model model, Output output) {
        List<ModelPackage> opened = model.locations().stream()
                .map(location -> ModelOptions.open(TableSpec.location(file, location), output))
                .toList();
        if (model.metric() != null) {
            PublishedMetric.named(model.metric()).require(opened.get(0).describe(EncoderOptions.Precision.FP32));
        }
        return opened;
    }

    /**
     * The batch size that a table was begun with.
     *
     * @param model the row's name
     */
    record BatchSize(String model, int batch) {}

    private OpenedEncoder opened(
            List<ModelPackage> opened, TableSpec.Model model, LedgerFile.Entries<String, BatchSize> batches) {
        int wanted = batches.of(model.name()).map(BatchSize::batch).orElse(run.batch());
        if (run.batch() > 0 && run.batch() != wanted) {
            throw CommandFailure.usage("--batch is %d, but the table in %s was begun with %d for %s"
                    .formatted(run.batch(), run.out(), wanted, model.name()));
        }
        OpenedEncoder encoder = OpenedEncoder.of(network(opened, model), wanted);
        if (batches.of(model.name()).isEmpty()) {
            batches.record(new BatchSize(model.name(), encoder.encoder().batch()));
        }
        return encoder;
    }

    private DifferentiableEncoder network(List<ModelPackage> packages, TableSpec.Model model) {
        EncoderOptions options = run.with(EncoderOptions.onFirstDevice());
        if (packages.size() == 1) {
            return packages.get(0).openDifferentiable(options);
        }
        List<DifferentiableEncoder> members = new ArrayList<>();
        try {
            packages.forEach(one -> members.add(one.openDifferentiable(options)));
            return EnsembleEncoder.of(model.name(), members);
        } catch (IllegalArgumentException e) {
            members.forEach(DifferentiableEncoder::close);
            throw CommandFailure.usage(e.getMessage());
        }
    }

    private PaperRun ran(TableSpec spec, TableSpec.Model model, PaperData set, OpenedEncoder opened, Output output) {
        return new PaperRun(
                opened.encoder(),
                set,
                spec.settings(),
                run.out()
                        .resolve("ledgers")
                        .resolve(PaperRun.fileName(model.name()))
                        .resolve(PaperRun.fileName(set.title())),
                output);
    }

    private long steps(
            TableSpec spec, TableSpec.Model model, List<PaperData> data, OpenedEncoder opened, Output output) {
        int threats = spec.threatModels().size();
        int published = spec.attacks().contains(PaperAttack.PUBLISHED)
                ? threats + spec.curveModels().size()
                : threats;
        int stronger = spec.attacks().contains(PaperAttack.STRONGER) ? threats : 0;
        return data.stream()
                .mapToLong(set -> ran(spec, model, set, opened, output).steps(published, stronger))
                .sum();
    }

    private static void fill(
            PaperTable table,
            TableSpec spec,
            TableSpec.Model model,
            PaperRun run,
            Results results,
            TableCurves curves) {
        PaperData set = run.data();
        List<ThreatModel> threats = spec.threatModels();
        List<Ledger> published = threats.stream().map(run::published).toList();
        Ledger first = published.isEmpty() ? run.clean() : published.get(0);
        Map<String, IntToDoubleFunction> answers = new LinkedHashMap<>();
        answers.put(PublishedMetric.CLEAN, first::cleanScore);
        for (PaperAttack attack : spec.attacks()) {
            Rows rows = new Rows(table, set, model, attack.label());
            rows.add(PublishedMetric.CLEAN, first::cleanScore);
            if (attack == PaperAttack.PUBLISHED) {
                SortedMap<String, Ledger> curve = new TreeMap<>();
                for (int i = 0; i < threats.size(); i++) {
                    rows.attacked(threats.get(i), published.get(i), answers);
                    curve.put(threats.get(i).toString(), published.get(i));
                }
                for (ThreatModel threat : spec.curveModels()) {
                    Ledger known = curve.get(threat.toString());
                    rows.attacked(threat, known == null ? run.published(threat) : known, answers);
                }
            } else if (!threats.isEmpty()) {
                Ledger ledger = run.stronger(threats, published);
                threats.forEach(threat -> rows.attacked(threat, ledger, answers));
            }
        }
        results.text(
                "answers/%s--%s.csv".formatted(PaperRun.fileName(model.name()), PaperRun.fileName(set.title())),
                csv(set, answers));
        curves.overBounds(model, set, answers);
    }

    /** Rows of one model, data set and attack. */
    private record Rows(PaperTable table, PaperData set, TableSpec.Model model, String attack) {

        void attacked(ThreatModel threat, Ledger ledger, Map<String, IntToDoubleFunction> answers) {
            IntToDoubleFunction score = question -> ledger.robustScore(question, threat);
            add(threat.toString(), score);
            answers.put(attack + " " + threat, score);
        }

        /** The whole, which published figures are of, and its parts. */
        void add(String threat, IntToDoubleFunction score) {
            boolean whole = true;
            for (Map.Entry<String, FileBootstrap> part : set.scores(score).entrySet()) {
                boolean comparable = whole && attack.equals(PaperAttack.PUBLISHED.label());
                table.put(
                        new Key(set.name(), set.score(), model.name(), whole ? set.whole() : part.getKey(), attack),
                        threat,
                        new Cell(
                                part.getValue(),
                                comparable ? model.figure(set.name(), threat) : OptionalDouble.empty()));
                whole = false;
            }
        }
    }

    /** What was answered, question by question: 1 is right. */
    private static String csv(PaperData set, Map<String, IntToDoubleFunction> answers) {
        StringBuilder text = new StringBuilder("question,id,part," + String.join(",", answers.keySet()) + "\n");
        for (int question = 0; question < set.ids().size(); question++) {
            StringJoiner line = new StringJoiner(",");
            line.add(String.valueOf(question));
            line.add('"' + set.ids().get(question).replace("\"", "\"\"") + '"');
            line.add('"' + set.parts().get(question) + '"');
            for (IntToDoubleFunction score : answers.values()) {
                line.add(String.valueOf(score.applyAsDouble(question)));
            }
            text.append(line).append('\n');
        }
        return text.toString();
    }

    /** Published figures of metrics that nothing here runs. */
    private static void compared(PaperTable table, PaperData set) {
        for (PublishedMetric.Compared other : PublishedMetric.Compared.ALL) {
            Key key = new Key(set.name(), set.score(), other.name(), set.whole(), PaperAttack.PUBLISHED.label());
            for (String threat : new ArrayList<>(table.threats())) {
                table.put(key, threat, new Cell(null, other.figures().under(threat)));
            }
        }
    }

    private static PaperTable table(TableSpec spec, PreprocessSpec input) {
        Map<String, String> attacks = new LinkedHashMap<>();
        for (PaperAttack attack : spec.attacks()) {
            attacks.put(
                    attack.label(),
                    attack == PaperAttack.STRONGER
                            ? "what the published one left, by " + PaperRun.describe(attack, spec.settings(), input)
                            : PaperRun.describe(attack, spec.settings(), input));
        }
        List<String> threats = new ArrayList<>(List.of(PublishedMetric.CLEAN));
        spec.threatModels().forEach(threat -> threats.add(threat.toString()));
        return new PaperTable(threats, attacks, Machine.describe());
    }

    private static void save(Results results, PaperTable table) {
        results.save("table", table.markdown(), table.json());
        results.text("table.tex", table.latex());
    }
}
