package io.bulwark.lab.evaluate.paper;

import io.bulwark.cli.report.Share;
import io.bulwark.cli.terminal.Output;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.evaluate.Ledger;
import io.bulwark.lab.evaluate.TaskRun;
import io.bulwark.lab.evaluate.Track;
import io.bulwark.lab.evaluate.paper.PaperTable.Key;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.lab.experiment.Results;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/**
 * One model's answers to one data set under the paper's attacks, each from its ledger: what is known is not asked again.
 * One thread.
 *
 * @param encoder whose answers these are
 * @param settings of the attacks
 * @param out folder of ledgers, of this model and data set alone
 */
record PaperRun(EvaluatedEncoder encoder, PaperData data, PaperAttack.Settings settings, Path out, Output output) {

    /** Without an attack. */
    Ledger clean() {
        return taskRun(PaperAttack.PUBLISHED, List.of(), "clean").run(encoder, data.task(), output);
    }

    /** The published attack under one threat model, with the clean answers. */
    Ledger published(ThreatModel threat) {
        return taskRun(PaperAttack.PUBLISHED, List.of(threat), fileName("published " + threat))
                .run(encoder, data.task(), output);
    }

    /**
     * The stronger attack.
     *
     * @param published what the published attack found under each threat model, in their order
     */
    Ledger stronger(List<ThreatModel> threats, List<Ledger> published) {
        return taskRun(PaperAttack.STRONGER, threats, "stronger").run(encoder, data.task(), output, ledger -> {
            for (int i = 0; i < threats.size(); i++) {
                ledger.adopt(published.get(i), threats.get(i));
            }
        });
    }

    /** Gradient steps that the published attack takes at most, and the stronger one where it is asked for. */
    long steps(int publishedThreats, int strongerThreats) {
        return data.task().pictures().size()
                * (publishedThreats * PaperAttack.PUBLISHED.steps(settings)
                        + strongerThreats * PaperAttack.STRONGER.steps(settings));
    }

    /** What an attack is, for reports. */
    static String describe(PaperAttack attack, PaperAttack.Settings settings, PreprocessSpec input) {
        return attack.of(settings, input).describe();
    }

    private TaskRun taskRun(PaperAttack attack, List<ThreatModel> threats, String folder) {
        return new TaskRun(
                attack.of(settings, encoder.description().preprocess()),
                false,
                attack.steps(settings),
                threats,
                new Track.ResizedPixels(),
                out.resolve(folder));
    }

    /** A name as part of a path. */
    static String fileName(String name) {
        return name.replaceAll("[^A-Za-z0-9._-]+", "-");
    }

    /** The curves of a table, PNG files beside it. */
    record TableCurves(Results results, TableSpec spec) {

        /**
         * The published attack over ε, where the spec asks for a curve of that norm.
         *
         * @param answers score of each question, clean and by attack and threat model
         */
        void overBounds(TableSpec.Model model, PaperData set, Map<String, IntToDoubleFunction> answers) {
            for (Norm norm : Norm.values()) {
                if (spec.curveModels().stream().noneMatch(threat -> threat.norm() == norm)) {
                    continue;
                }
                SortedMap<Double, FileBootstrap> points = new TreeMap<>();
                points.put(0.0, whole(set, answers.get(PublishedMetric.CLEAN)));
                Stream.concat(spec.threatModels().stream(), spec.curveModels().stream())
                        .filter(threat -> threat.norm() == norm && answers.containsKey(published(threat)))
                        .forEach(threat -> points.put(
                                threat.epsilon() * (norm == Norm.LINF ? 255 : 1),
                                whole(set, answers.get(published(threat)))));
                Results.Curve curve = new Results.Curve(
                        "%s, published attack".formatted(set.title()),
                        norm == Norm.LINF ? "l∞ ε in 1/255" : "l2 ε",
                        set.score());
                curve.add(model.name(), points);
                results.draw(PaperRun.fileName("%s--%s--%s".formatted(model.name(), set.title(), norm.label())), curve);
            }
        }

        private static String published(ThreatModel threat) {
            return PaperAttack.PUBLISHED.label() + " " + threat;
        }

        private static FileBootstrap whole(PaperData set, IntToDoubleFunction score) {
            return set.scores(score).get(set.score());
        }

        /**
         * Nearest neighbours over the size of their bank, clean and under each attack and threat model of the table; of
         * data sets with banks of two sizes or more.
         */
        void overBanks(TableSpec.Model model, List<PaperData> data, PaperTable table) {
            data.stream().map(PaperData::name).distinct().forEach(name -> {
                List<PaperData> banks = data.stream()
                        .filter(set -> set.name().equals(name) && set.judge().neighbours())
                        .toList();
                if (banks.size() < 2) {
                    return;
                }
                Results.Curve curve = new Results.Curve(
                        "%s by %s".formatted(name, model.name()),
                        "references in the bank",
                        banks.get(0).score());
                curve.add(
                        PublishedMetric.CLEAN,
                        points(model, banks, spec.attacks().get(0), PublishedMetric.CLEAN, table));
                for (PaperAttack attack : spec.attacks()) {
                    spec.threatModels()
                            .forEach(threat -> curve.add(
                                    attack.label() + " " + threat,
                                    points(model, banks, attack, threat.toString(), table)));
                }
                results.draw(PaperRun.fileName("%s--%s--banks".formatted(model.name(), name)), curve);
            });
        }

        private static SortedMap<Double, Share> points(
                TableSpec.Model model, List<PaperData> banks, PaperAttack attack, String threat, PaperTable table) {
            SortedMap<Double, Share> points = new TreeMap<>();
            for (PaperData set : banks) {
                Key row = new Key(set.name(), set.score(), model.name(), set.whole(), attack.label());
                points.put(
                        (double) set.judge().references(),
                        table.cell(row, threat).measured());
            }
            return points;
        }
    }
}
