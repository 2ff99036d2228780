package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.picture.JudgedViews;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.lab.attack.upload.UploadedChange;
import io.bulwark.lab.experiment.EvaluationProgress.StageLog;
import io.bulwark.lab.experiment.Machine;
import io.bulwark.lab.experiment.Results;
import io.bulwark.perception.model.ModelPackage;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate evasions}. */
@Command(
        name = "evasions",
        description =
                "What uploaders get by changes that are small in no norm: turned, mirrored, rotated, written over, in a"
                        + " collage, with a patch. Of each kind all strengths are tried and the one that gets furthest counts; with and"
                        + " without the views that answer turns and mirror images, each with a policy calibrated for it.")
public final class EvaluateEvasionsCommand implements Runnable {

    /** Harmless pictures that stand in collages. */
    private static final int OTHERS = 8;

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private PolicyOptions policy;

    @Option(
            names = "--sets",
            paramLabel = "SET",
            split = ",",
            defaultValue = "UPRIGHT,TURNS,MIRROR,TURNS_AND_MIRROR",
            description = "Views that are judged, of ${COMPLETION-CANDIDATES}.")
    private List<ViewSet> sets;

    @Option(
            names = "--patch",
            paramLabel = "SHARE",
            description =
                    "Of a picture's area, that an attacker who knows all sets as he likes; 0 leaves the patch out.")
    private double patch = 0.05;

    @Option(names = "--iterations", description = "Iterations of APGD for each of five places of the patch.")
    private int iterations = 50;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for evasions.md and evasions.json, written again after each set.")
    private Path out;

    /** What is looked at besides upright views. */
    private enum ViewSet {
        UPRIGHT(false, false),
        TURNS(true, false),
        MIRROR(false, true),
        TURNS_AND_MIRROR(true, true);

        private final JudgedViews views;

        ViewSet(boolean turns, boolean mirror) {
            views = new JudgedViews(
                    ViewPolicy.COVER, ModerationOptions.standard().withTurns(turns, mirror));
        }
    }

    @Override
    public void run() {
        Output output = terminal.output();
        if (!(patch >= 0 && patch < 1) || iterations < 1) {
            throw CommandFailure.usage("--patch is %s and --iterations %d, allowed are 0 to below 1, and 1 and more"
                    .formatted(patch, iterations));
        }
        PolicyBank divided = policy.bank();
        List<PolicyBank.AskedPicture> asked = policy.asked();
        ModelPackage model = policy.model().open(output);
        Map<String, EvasionRun.Result> results = new LinkedHashMap<>();
        try {
            List<UprightPicture> others = others(divided);
            for (ViewSet set : sets) {
                EvasionRun.Result result = run(set, model, divided, asked, others, output);
                results.put(set.name().toLowerCase(Locale.ROOT).replace('_', ' '), result);
                EvasionRun.EvasionTable table = new EvasionRun.EvasionTable(about(asked), results);
                new Results(out, output).save("evasions", table.markdown(), table.json());
            }
        } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
        EvasionRun.EvasionTable table = new EvasionRun.EvasionTable(about(asked), results);
        output.print(table.markdown(), table.json());
    }

    private EvasionRun.Result run(
            ViewSet set,
            ModelPackage model,
            PolicyBank divided,
            List<PolicyBank.AskedPicture> asked,
            List<UprightPicture> others,
            Output output) {
        try (StageLog log = new StageLog("views " + set, "passed", output);
                OpenedPolicy opened = OpenedPolicy.of(
                        model,
                        Optional.empty(),
                        policy.encoder(),
                        divided,
                        policy.goal(),
                        policy.augment(),
                        set.views,
                        log)) {
            output.note("views %s, %s; patches: %s"
                    .formatted(
                            set,
                            opened.words(),
                            opened.gradients().cost(patch == 0 ? 0 : 5L * iterations * asked.size())));
            return new EvasionRun(opened.moderation(), others, patch, iterations, log).run(asked);
        }
    }

    /** Of the files that calibrate, which no bank has. */
    private static List<UprightPicture> others(PolicyBank divided) {
        StandardImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
        return divided.calibration().stream()
                .filter(file -> !file.flagged())
                .limit(OTHERS)
                .map(file -> UploadedChange.original(decoder, file.bytes()))
                .toList();
    }

    private String about(List<PolicyBank.AskedPicture> asked) {
        return "**evasions**: %d pictures (%d to be flagged) of %d files, %s. Of each change the strength that gets furthest counts. 95 %% intervals over files (bootstrap). %s."
                .formatted(
                        asked.size(),
                        asked.stream().filter(one -> one.picture().flagged()).count(),
                        asked.stream()
                                .map(PolicyBank.AskedPicture::source)
                                .distinct()
                                .count(),
                        policy.share().words(),
                        Machine.describe());
    }
}
