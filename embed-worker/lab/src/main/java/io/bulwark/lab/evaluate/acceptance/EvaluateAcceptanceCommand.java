package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.options.FlaggedOptions;
import io.bulwark.cli.options.ModelOptions;
import io.bulwark.cli.options.ViewOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.lab.experiment.Results;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate acceptance}. */
@Command(
        name = "acceptance",
        description = {
            "Whether Bulwark works on your own pictures: half of the files become a bank, a fifth calibrates the policy, and",
            "the rest is decided as a worker decides uploads: as they are, edited as people edit pictures, and attacked. With",
            "--index or --queries bank and policy are of other people's pictures than the questions. The",
            "report says how often the decision is right, what reviewers would have to look at, and what a larger bank would",
            "bring. Nothing leaves this machine."
        })
public final class EvaluateAcceptanceCommand extends OutputCommand implements Runnable {

    @Mixin
    private ModelOptions model;

    @Mixin
    private FlaggedOptions flagged;

    @Mixin
    private ViewOptions views;

    @Mixin
    private AcceptanceAttack.AcceptanceAttackOptions attack;

    @Mixin
    private AcceptanceFiles files;

    @Option(
            names = "--twin",
            paramLabel = "LOCATION",
            description = "A second encoder of the same input size: SAFE needs its word as well, as with the worker's "
                    + "bulwark.twin.holds-back. The bank's growth and attacks are of --model alone.")
    private String twin;

    @Option(
            names = "--edited",
            description = "Test files of each label that are edited at most, the first in the order of their "
                    + "hashes; 0 edits none.")
    private int edited = 100;

    @Option(
            names = "--edits",
            paramLabel = "EDIT",
            split = ",",
            description = "What is done to them, of ${COMPLETION-CANDIDATES} (default: all).")
    private Set<Edit> edits = EnumSet.allOf(Edit.class);

    @Option(
            names = "--augment",
            negatable = true,
            fallbackValue = "true",
            description = "Keep everyday variants of each picture in the bank, as `bank build --augment` does, and "
                    + "calibrate on changed files too.")
    private boolean augment = true;

    @Option(
            names = "--prevalence",
            paramLabel = "SHARE",
            split = ",",
            defaultValue = "0.001,0.01,0.1",
            description = "Shares of your uploads that should be flagged, for which the work of reviewers is reported.")
    private List<Double> prevalences;

    @Option(
            names = "--threads",
            description =
                    "Threads within an operation, -1 for all cores. With 1 there is an encoder for each core, 8 at "
                            + "most.")
    private int threads = 1;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for acceptance.md, acceptance.json and a curve over the size of the bank.")
    private Path out;

    @Override
    public void run() {
        Output output = output();
        requireRanges();
        files.requireOutside(out);
        CalibrationGoal wanted = CommandFailure.orUsage(flagged::promise);
        AcceptanceAttack.AcceptanceAttackOptions.Plan plan = attack.plan();
        EncoderOptions options = CommandFailure.orUsage(() -> model.options().withThreads(threads));
        try {
            AcceptanceSplit split = CommandFailure.orUsage(() -> files.split(flagged.labels(), output));
            ModelPackage opened = model.open(output);
            AcceptanceReport report = new AcceptanceEvaluation(
                            opened,
                            Optional.ofNullable(twin).map(ModelPackage::open),
                            options,
                            views.views(),
                            wanted,
                            edited,
                            EnumSet.copyOf(edits),
                            augment,
                            plan,
                            prevalences,
                            output)
                    .run(split);
            new AcceptanceResults(new Results(out, output), output).write(report);
        } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private void requireRanges() {
        if (edited < 0) {
            throw CommandFailure.usage("--edited is " + edited + ", allowed are 0 and more");
        }
        for (double prevalence : prevalences) {
            if (!(prevalence > 0 && prevalence < 1)) {
                throw CommandFailure.usage("--prevalence is " + prevalence
                        + ", allowed are shares above 0 and below 1, such as 0.01 for one upload in a hundred");
            }
        }
    }
}
