package io.bulwark.lab.audit;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.imaging.scaling.ScalingDetector;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.ModerationTarget;
import io.bulwark.lab.attack.command.ModerationTarget.TargetOptions;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.audit.DetectScores.DetectEntry;
import io.bulwark.lab.audit.DetectScores.NamedFile;
import io.bulwark.lab.evaluate.RunOptions;
import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.lab.picture.SourceFile.PicturePaths;
import io.bulwark.perception.audit.TwinAuditor.Disagreement;
import io.bulwark.perception.audit.TwinCalibration.PacThreshold;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.PacBound;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark audit detect}. */
@Command(
        name = "detect",
        description = {
            "How many attacks twin, scaling detector and flagged index find, each at the threshold that a PAC bound"
                    + " allows for 1 %%",
            "of false alarms. A file's SHA-256 says whether it calibrates or tests. Attacked are test files that both"
                    + " encoders",
            "decide alike: the twin alone, the robust encoder alone, and both together (APGD through all views of the"
                    + " upload), and",
            "pictures are hidden in test files from other scalings. Test files that are NSFW are the index. With --edited,"
                    + " false",
            "alarms are counted on SAFE test files with harmless edits. With --out a stopped run",
            "goes on."
        })
public final class AuditDetectCommand extends OutputCommand implements Runnable {

    static final String OTHERS = "attacks of another model, bank, policy or with other options";
    private static final String NAME = "audit-detect";

    /** Sides of what is hidden, in pixels. */
    private static final List<Integer> SIZES = List.of(128, 224, 299);

    private static final Set<String> ATTACKS = Set.of("twin", "robust", "both", DetectRun.SCALING);

    @Mixin
    private TargetOptions victim;

    @Mixin
    private PicturePaths pictures;

    @Mixin
    private RunOptions.ErrorBudget budget;

    @Option(
            names = "--twin",
            paramLabel = "LOCATION",
            defaultValue = ModelPackage.CLEAN_PARENT,
            description = "The clean encoder that watches; a location as --model takes it.")
    private String twin;

    @Option(names = "--threat", paramLabel = "NORM:EPSILON", description = "What may be done to the pixels.")
    private String threat = "linf:4/255";

    @Option(names = "--iterations", description = "Steps of APGD.")
    private int iterations = 50;

    @Option(
            names = "--attacks",
            paramLabel = "A",
            split = ",",
            description = "Any of twin, robust, both (only together with robust) and scaling (default: all).")
    private Set<String> attacks = new TreeSet<>(ATTACKS);

    @Option(
            names = "--attacked",
            paramLabel = "N",
            description = "Test files at most that are attacked in each way for each goal; 0 attacks nothing.")
    private int attacked = 100;

    @Option(
            names = "--edited",
            paramLabel = "N",
            description = "SAFE test files at most, each edited in every harmless way.")
    private int edited = 0;

    @Option(
            names = "--side",
            paramLabel = "PIXELS",
            description = "Pictures with a longer side are shrunk to it before gradients attack them; 0 leaves them.")
    private int side = 256;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for " + NAME + ".md, .json, the names of the files of both halves, written before any"
                    + " is looked at, and the ledger that a stopped run goes on from.")
    private Path out;

    @Override
    public void run() {
        ThreatModel within = Threats.named("--threat", threat);
        if (iterations < 1 || attacked < 0 || edited < 0 || side < 0) {
            throw CommandFailure.usage(
                    "--iterations %d, --attacked %d, --edited %d, --side %d: allowed are 1 and more, and 0 and more of"
                                    .formatted(iterations, attacked, edited, side)
                            + " the others");
        }
        if (!ATTACKS.containsAll(attacks) || attacks.contains("both") && !attacks.contains("robust")) {
            throw CommandFailure.usage("--attacks %s: allowed are twin, robust, both with robust, and scaling"
                    .formatted(String.join(",", attacks)));
        }
        Output output = output();
        List<NamedFile> files = distinct(NamedFile.all(pictures.files()));
        requireEnough(files);
        NamedFile.write(files, out.resolve(NAME + "-names.txt"));
        try (ModerationTarget robust = victim.open(output);
                ModerationTarget clean = victim.open(twin, output)) {
            ScalingRun scaling = new ScalingRun(
                    robust.moderator().decoder(),
                    robust.moderator().encoder().description().preprocess());
            DetectRun run = new DetectRun(robust, clean, scaling, within, iterations, side);
            DetectTable table = measured(run, files, output);
            new Results(out, output).publish(NAME, table);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private void requireEnough(List<NamedFile> files) {
        budget.checked();
        long calibrating = files.stream().filter(NamedFile::calibrates).count();
        requireEnough("%d of %d files calibrate".formatted(calibrating, files.size()), calibrating);
    }

    private void requireEnough(String found, long files) {
        int fewest = PacBound.fewest(budget.share(), budget.delta());
        if (files < fewest) {
            throw CommandFailure.failed("%s, a share of %s at a confidence of %s needs %d"
                    .formatted(found, budget.share(), 1 - budget.delta(), fewest));
        }
    }

    private DetectTable measured(DetectRun run, List<NamedFile> files, Output output) {
        Map<NamedFile, DetectRun.Looked> tests =
                looked(run, files.stream().filter(file -> !file.calibrates()).toList(), "looking at tests", output);
        List<float[]> index = tests.values().stream()
                .filter(looked -> looked.goal().equals(Optional.of(AttackGoal.EVADE)))
                .map(looked -> looked.both().robust().deciding())
                .toList();
        List<DetectScores.CleanFile> calibration =
                looked(run, files.stream().filter(NamedFile::calibrates).toList(), "calibrating", output)
                        .values()
                        .stream()
                        .map(looked -> looked.clean(index))
                        .toList();
        List<DetectScores> scores = DetectScores.CleanFile.scores(calibration);
        List<DetectScores> safe = DetectScores.CleanFile.safeScores(calibration);
        requireEnough(
                "%d of %d files that calibrate are SAFE, which near-flagged looks at"
                        .formatted(safe.size(), scores.size()),
                safe.size());
        DetectScores thresholds = new DetectScores(
                threshold(scores, DetectScores::twin),
                threshold(scores, DetectScores::scaling),
                threshold(safe, DetectScores::near));
        LedgerFile.Entries<DetectEntry.Key, DetectEntry> ledger = ledger(run, files);
        List<NamedFile> harmless = tests.entrySet().stream()
                .filter(test -> test.getValue().clean(index).safe())
                .map(Map.Entry::getKey)
                .toList();
        return new DetectTable(
                about(run, index),
                scores.size(),
                safe.size(),
                thresholds,
                tests.values().stream().map(looked -> looked.clean(index)).toList(),
                new DetectRun.EditedRun(run, harmless, index).entries(edited, ledger, output),
                attacks(run, tests, index, ledger, output));
    }

    private List<DetectEntry> attacks(
            DetectRun run,
            Map<NamedFile, DetectRun.Looked> tests,
            List<float[]> index,
            LedgerFile.Entries<DetectEntry.Key, DetectEntry> ledger,
            Output output) {
        List<DetectEntry> entries = new ArrayList<>();
        List<DetectRun.Attacked> byGradients = Stream.of(DetectRun.Attacked.values())
                .filter(attack -> attacks.contains(attack.label()))
                .toList();
        for (AttackGoal goal : byGradients.isEmpty() ? new AttackGoal[0] : AttackGoal.values()) {
            List<NamedFile> targets = tests.entrySet().stream()
                    .filter(test -> test.getValue().goal().equals(Optional.of(goal)))
                    .map(Map.Entry::getKey)
                    .filter(file -> run.staysShrunk(file, goal))
                    .limit(attacked)
                    .toList();
            try (Progress progress = Progress.of(goal.label(), targets.size(), output)) {
                for (NamedFile target : targets) {
                    boolean withstands = false;
                    for (DetectRun.Attacked attack : byGradients) {
                        DetectEntry.Key key =
                                new DetectEntry.Key(target.sha256().hex(), attack.label(), goal.label());
                        boolean hopeless = withstands;
                        DetectEntry entry =
                                ledger.of(key, () -> run.byGradients(target, goal, attack, hopeless, index));
                        withstands = attack == DetectRun.Attacked.ROBUST && !entry.won();
                        entries.add(entry);
                    }
                    progress.step();
                }
            }
            output.note("%s: %d files attacked".formatted(goal.label(), targets.size()));
        }
        if (attacks.contains(DetectRun.SCALING)) {
            entries.addAll(hidden(run, List.copyOf(tests.keySet()), index, ledger, output));
        }
        return entries;
    }

    /** Each time the next file is what is hidden. */
    private List<DetectEntry> hidden(
            DetectRun run,
            List<NamedFile> tests,
            List<float[]> index,
            LedgerFile.Entries<DetectEntry.Key, DetectEntry> ledger,
            Output output) {
        List<DetectEntry> entries = new ArrayList<>();
        try (Progress progress = Progress.of("hiding", tests.size(), output)) {
            for (int i = 0; i < tests.size() && entries.size() < attacked; i++) {
                NamedFile shown = tests.get(i);
                NamedFile next = tests.get((i + 1) % tests.size());
                int turn = entries.size();
                List<Integer> fitting = run.fitting(shown, SIZES);
                if (!fitting.isEmpty()) {
                    DetectEntry.Key key = new DetectEntry.Key(shown.sha256().hex(), DetectRun.SCALING, DetectRun.HIDE);
                    entries.add(ledger.of(key, () -> run.byScaling(shown, next, turn, fitting, index)));
                }
                progress.step();
            }
        }
        return entries;
    }

    private static Map<NamedFile, DetectRun.Looked> looked(
            DetectRun run, List<NamedFile> files, String task, Output output) {
        Map<NamedFile, DetectRun.Looked> looked = new LinkedHashMap<>();
        try (Progress progress = Progress.of(task, files.size(), output)) {
            for (NamedFile file : files) {
                run.look(file.bytes()).ifPresent(one -> looked.put(file, one));
                progress.step();
            }
        }
        return looked;
    }

    /** The same bytes are not a file more. */
    private static List<NamedFile> distinct(List<NamedFile> files) {
        Map<Sha256, NamedFile> byHash = new LinkedHashMap<>();
        files.forEach(file -> byHash.putIfAbsent(file.sha256(), file));
        return List.copyOf(byHash.values());
    }

    private double threshold(List<DetectScores> calibration, ToDoubleFunction<DetectScores> score) {
        return PacThreshold.of(calibration.stream().mapToDouble(score).toArray(), budget.share(), budget.delta());
    }

    private LedgerFile.Entries<DetectEntry.Key, DetectEntry> ledger(DetectRun run, List<NamedFile> files) {
        String identity =
                "encoder %s, twin %s, bank %s, policy %s; %s, %s; %s, %d iterations, longer side at most %d; files %s"
                        .formatted(
                                run.robust().moderator().encoder().description().fingerprint(),
                                run.twin().moderator().encoder().description().fingerprint(),
                                run.robust().moderator().bank().version(),
                                run.robust().policyVersion(),
                                Disagreement.VERSION,
                                ScalingDetector.VERSION,
                                run.threat(),
                                iterations,
                                side,
                                Sha256.ofText(files.stream()
                                                .map(file -> file.sha256().hex())
                                                .collect(Collectors.joining(" ")))
                                        .hex());
        return LedgerFile.Entries.open(
                out.resolve(NAME + ".jsonl"), identity, OTHERS, DetectEntry.class, DetectEntry::key);
    }

    private String about(DetectRun run, List<float[]> index) {
        return String.format(
                Locale.ROOT,
                "**audit detect** of `%s` and its twin `%s`: APGD %d iterations, %s, through all views of uploads with a"
                        + " longer side of at most %s; false positives at most %s, confidence %s, for each detector; index of %d"
                        + " entries. Shares of what won, and of clean files; 95 %% Wilson intervals. %s.",
                run.robust().moderator().encoder().description().name(),
                run.twin().moderator().encoder().description().name(),
                iterations,
                run.threat(),
                side == 0 ? "any" : side,
                budget.share(),
                1 - budget.delta(),
                index.size(),
                Machine.describe());
    }
}
