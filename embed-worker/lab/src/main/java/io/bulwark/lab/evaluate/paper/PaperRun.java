package io.bulwark.lab.evaluate.paper;

import io.bulwark.cli.terminal.Output;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.evaluate.Ledger;
import io.bulwark.lab.evaluate.TaskRun;
import io.bulwark.lab.evaluate.Track;
import java.nio.file.Path;
import java.util.List;

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
}
