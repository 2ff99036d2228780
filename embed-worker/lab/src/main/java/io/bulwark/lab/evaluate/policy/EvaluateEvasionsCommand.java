package io.bulwark.lab.evaluate.policy;

import io.bulwark.cli.everyday.Evasion;
import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputCommand;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.ModerationOptions;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.upload.FlowObjective;
import io.bulwark.lab.attack.upload.PatchObjective;
import io.bulwark.lab.attack.upload.UploadAttack.UploadedChange;
import io.bulwark.lab.attack.upload.UploadObjective;
import io.bulwark.lab.evaluate.policy.PolicyBank.AskedPicture;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.lab.experiment.EvaluationProgress.StageLog;
import io.bulwark.lab.experiment.Fields;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.lab.experiment.Markdown;
import io.bulwark.lab.experiment.Results;
import io.bulwark.lab.experiment.Results.Machine;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate evasions}. */
@Command(
        name = "evasions",
        description =
                "What uploaders get by changes that are small in no norm: turned, in perspective, bent, recoloured, written"
                        + " over, in a collage, small on another picture, with a patch, moved along a gradient. Of each kind all strengths are tried and the one"
                        + " that gets furthest counts: flagged pictures towards SAFE, safe ones towards NSFW, and beside that what any"
                        + " strength leaves to people; with and without the views that answer turns and mirror images, each with a policy calibrated for it.")
public final class EvaluateEvasionsCommand extends OutputCommand implements Runnable {

    /** Harmless pictures that stand in collages. */
    private static final int OTHERS = 8;

    @Mixin
    private PolicyOptions policy;

    @Option(
            names = "--sets",
            paramLabel = "SET",
            split = ",",
            defaultValue = "UPRIGHT,TURNS,MIRROR,TURNS_AND_MIRROR",
            description =
                    "Views that are judged, of ${COMPLETION-CANDIDATES}, each beside what --text, --insets and the"
                            + " other options of views ask for.")
    private List<ViewSet> sets;

    @Option(
            names = "--patch",
            paramLabel = "SHARE",
            description =
                    "Of a picture's area, that an attacker who knows all sets as he likes; 0 leaves the patch out.")
    private double patch = 0.05;

    @Option(
            names = "--bent",
            paramLabel = "SHARE",
            description =
                    "Of a picture's shorter side, that an attacker who knows all moves pixels by, along a smooth flow;"
                            + " half of it is tried first, and 0 leaves it out.")
    private double bent = 0.02;

    @Option(
            names = "--iterations",
            description = "Iterations of APGD for each of five places of the patch, and of two flows.")
    private int iterations = 50;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder for evasions.md and evasions.json, written again after each set.")
    private Path out;

    /** What is looked at besides the views that are asked for. */
    private enum ViewSet {
        UPRIGHT(asked -> asked),
        TURNS(asked -> asked.withTurns(true, false)),
        MIRROR(asked -> asked.withTurns(false, true)),
        TURNS_AND_MIRROR(asked -> asked.withTurns(true, true)),
        TEXT_AND_INSETS(asked -> asked.withText(true).withInsets(true, true));

        private final UnaryOperator<ModerationOptions> further;

        ViewSet(UnaryOperator<ModerationOptions> further) {
            this.further = further;
        }

        JudgedViews and(JudgedViews asked) {
            return new JudgedViews(asked.policy(), further.apply(asked.options()));
        }
    }

    @Override
    public void run() {
        Output output = output();
        if (!(patch >= 0 && patch < 1) || !(bent >= 0 && bent < 1) || iterations < 1) {
            throw CommandFailure.usage(
                    "--patch is %s, --bent %s and --iterations %d, allowed are 0 to below 1, the same, and 1 and more"
                            .formatted(patch, bent, iterations));
        }
        JudgedViews views = policy.views();
        PolicyBank divided = policy.bank();
        List<PolicyBank.AskedPicture> asked = policy.asked();
        ModelPackage model = policy.model().open(output);
        Optional<ModelPackage> twin = policy.twin(output);
        Map<String, EvasionRun.Result> results = new LinkedHashMap<>();
        try {
            List<UprightPicture> others = others(divided);
            for (ViewSet set : sets) {
                EvasionRun.Result result = run(set, set.and(views), model, twin, divided, asked, others, output);
                results.put(set.name().toLowerCase(Locale.ROOT).replace('_', ' '), result);
                EvasionRun.EvasionTable table = new EvasionRun.EvasionTable(about(asked, views, twin), results);
                new Results(out, output).save("evasions", table.markdown(), table.json());
            }
        } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
        EvasionRun.EvasionTable table = new EvasionRun.EvasionTable(about(asked, views, twin), results);
        output.print(table.markdown(), table.json());
    }

    private EvasionRun.Result run(
            ViewSet set,
            JudgedViews views,
            ModelPackage model,
            Optional<ModelPackage> twin,
            PolicyBank divided,
            List<PolicyBank.AskedPicture> asked,
            List<UprightPicture> others,
            Output output) {
        try (StageLog log = new StageLog("views " + set, "passed", output);
                OpenedPolicy opened = OpenedPolicy.of(
                        model, twin, policy.encoder(), divided, policy.goal(), policy.augment(), views, log)) {
            long climbs = (patch == 0 ? 0 : 5L) + (bent == 0 ? 0 : 2L);
            output.note("views %s, %s; patches and flows: %s"
                    .formatted(set, opened.words(), opened.gradients().cost(climbs * iterations * asked.size())));
            return new EvasionRun(opened.moderation(), views, others, patch, bent, iterations, log).run(asked);
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

    private String about(List<PolicyBank.AskedPicture> asked, JudgedViews views, Optional<ModelPackage> twin) {
        return "**evasions**: %d pictures (%d to be flagged) of %d files, %s%s%s. Of each change the strength that gets furthest counts, and beside it whether any strength sends the picture to people. 95 %% intervals over files (bootstrap). %s."
                .formatted(
                        asked.size(),
                        asked.stream().filter(one -> one.picture().flagged()).count(),
                        asked.stream()
                                .map(PolicyBank.AskedPicture::source)
                                .distinct()
                                .count(),
                        policy.share().words(),
                        twin.map(held -> "; SAFE only where `%s` says so as well"
                                        .formatted(held.manifest().name()))
                                .orElse(""),
                        PolicyOptions.words(views),
                        Machine.describe());
    }

    /**
     * Changes that no norm holds: of each kind an uploader tries all strengths, and the one that gets furthest counts.
     * Who uploads what is to be flagged wants SAFE; who uploads what is safe wants NSFW. Beside that stands who wants to
     * leave work to people: safe pictures that any strength sends there, and flagged ones that were NSFW before and that
     * any strength sends there. One thread.
     *
     * @param moderation what decides, by whatever views it takes
     * @param views those, of which patches and flows are found by the upright ones
     * @param others harmless pictures for collages
     * @param patch of a picture's area, which the attacker sets as he likes; 0 leaves that out
     * @param bent how far the attacker moves pixels, as a share of the shorter side; 0 leaves that out
     * @param iterations of APGD for each place of the patch, and for each flow
     * @param progress told of each picture; fooled are pictures that some change turns as is wanted
     */
    record EvasionRun(
            AttackedModeration moderation,
            JudgedViews views,
            List<UprightPicture> others,
            double patch,
            double bent,
            int iterations,
            EvaluationProgress progress) {

        private static final UploadFormat PNG = new UploadFormat.Png();

        /** Of pictures as they are. */
        public static final String NONE = "none";

        /**
         * Outcomes of pictures under one kind of change.
         *
         * @param furthest towards what their uploaders want
         * @param toPeople the share that some strength sends to people; of flagged ones only where they were NSFW
         */
        record Changed(PolicyReport.Shares furthest, FileBootstrap toPeople) {}

        /**
         * Result of the run.
         *
         * @param flagged outcomes of pictures to be flagged, by the kind of change; {@link #NONE} first
         * @param safe the same of the other pictures; empty where there are none
         * @param secondsEach to decide one file
         */
        public record Result(Map<String, Changed> flagged, Map<String, Changed> safe, double secondsEach) {}

        /** What the strengths of a change came to. @param reviewed whether one of them leaves the picture to people */
        private record Fate(Outcome furthest, boolean reviewed) {}

        /** Decides and changes. */
        public Result run(List<AskedPicture> pictures) {
            List<AskedPicture> flagged =
                    pictures.stream().filter(asked -> asked.picture().flagged()).toList();
            List<AskedPicture> safe = pictures.stream()
                    .filter(asked -> !asked.picture().flagged())
                    .toList();
            progress.begin("evasions", pictures.size());
            Map<AskedPicture, Outcome> untouched = new IdentityHashMap<>();
            long start = System.nanoTime();
            pictures.forEach(
                    asked -> untouched.put(asked, decided(asked.picture().bytes())));
            double seconds = (System.nanoTime() - start) / 1e9 / Math.max(1, pictures.size());
            return new Result(
                    changed(flagged, untouched, Outcome.SAFE), changed(safe, untouched, Outcome.NSFW), seconds);
        }

        /** @param wanted by who uploads them */
        private Map<String, Changed> changed(
                List<AskedPicture> pictures, Map<AskedPicture, Outcome> untouched, Outcome wanted) {
            Map<String, List<Fate>> fates = new LinkedHashMap<>();
            for (AskedPicture asked : pictures) {
                Map<String, Fate> found = fates(asked, untouched.get(asked), wanted);
                found.forEach((kind, fate) ->
                        fates.computeIfAbsent(kind, none -> new ArrayList<>()).add(fate));
                progress.advanced(1, found.values().stream().anyMatch(fate -> fate.furthest() == wanted) ? 1 : 0);
            }
            Map<String, Changed> changed = new LinkedHashMap<>();
            fates.forEach((kind, each) -> changed.put(
                    kind,
                    new Changed(
                            PolicyReport.Shares.of(
                                    pictures, each.stream().map(Fate::furthest).toList()),
                            PolicyReport.Shares.of(
                                    pictures, each.stream().map(Fate::reviewed).toList(), true))));
            return changed;
        }

        /** Of each kind what its strengths came to. */
        private Map<String, Fate> fates(AskedPicture asked, Outcome untouched, Outcome wanted) {
            byte[] file = asked.picture().bytes();
            UprightPicture picture =
                    UploadedChange.original(moderation.moderator().decoder(), file);
            boolean counts = !asked.picture().flagged() || untouched == Outcome.NSFW;
            Map<String, Fate> fates = new LinkedHashMap<>();
            fates.put(NONE, new Fate(untouched, counts && untouched == Outcome.REVIEW));
            for (Evasion evasion : Evasion.values()) {
                fates.put(evasion.title(), fate(evasion.tries(picture, others).stream(), wanted, counts));
            }
            if (patch > 0) {
                fates.put("a patch of %s of the area".formatted(patch), fate(patched(picture, asked), wanted, counts));
            }
            if (bent > 0) {
                fates.put(
                        "bent along its gradient, by %s of the side".formatted(bent),
                        fate(moved(picture, asked), wanted, counts));
            }
            return fates;
        }

        /** Tries until nothing further can be found. @param counts whether it matters what is left to people */
        private Fate fate(Stream<UprightPicture> tries, Outcome wanted, boolean counts) {
            Outcome furthest = wanted == Outcome.SAFE ? Outcome.NSFW : Outcome.SAFE;
            boolean reviewed = false;
            for (UprightPicture one : (Iterable<UprightPicture>) tries::iterator) {
                Outcome outcome = decided(PNG.encode(one));
                boolean further =
                        wanted == Outcome.SAFE ? furthest.isWorseThan(outcome) : outcome.isWorseThan(furthest);
                furthest = further ? outcome : furthest;
                reviewed |= counts && outcome == Outcome.REVIEW;
                if (furthest == wanted && (reviewed || !counts)) {
                    break;
                }
            }
            return new Fate(furthest, reviewed);
        }

        /** Found by the upright views alone, which have gradients; decided by all. */
        private Stream<UprightPicture> patched(UprightPicture picture, AskedPicture asked) {
            ThreatModel anything = ThreatModel.linf(1);
            EmbeddingLoss sides = moderation.losses(asked.goal()).get("sides");
            UploadedPicture track = new UploadedPicture(moderation, views, PNG);
            float[] clean = UploadObjective.pixels(List.of(picture));
            return PatchObjective.Square.places(picture.width(), picture.height(), patch).stream()
                    .map(square -> {
                        UploadObjective whole = track.objective(picture, sides, asked.goal(), anything);
                        PatchObjective objective = new PatchObjective(whole, clean, picture.width(), square);
                        float[] found = new Apgd(iterations, 1, Apgd.EarlyStop.EACH_FOOLED, 1)
                                .run(objective, anything, clean, 1, Watch.silent())
                                .pixels();
                        return whole.upload(0, objective.patched(found));
                    });
        }

        /** Found as {@link #patched}. */
        private Stream<UprightPicture> moved(UprightPicture picture, AskedPicture asked) {
            EmbeddingLoss sides = moderation.losses(asked.goal()).get("sides");
            UploadedPicture track = new UploadedPicture(moderation, views, PNG);
            float[] clean = UploadObjective.pixels(List.of(picture));
            return DoubleStream.of(bent / 2, bent).mapToObj(furthest -> {
                UploadObjective whole = track.objective(picture, sides, asked.goal(), ThreatModel.linf(1));
                FlowObjective objective = new FlowObjective(whole, clean, picture.width(), furthest);
                float[] flow = new Apgd(iterations, 1, Apgd.EarlyStop.EACH_FOOLED, 1)
                        .run(objective, ThreatModel.linf(0.5), FlowObjective.still(), 1, Watch.silent())
                        .pixels();
                return whole.upload(0, objective.bent(flow));
            });
        }

        private Outcome decided(byte[] file) {
            return moderation
                    .decide(file)
                    .orElseThrow(
                            () -> new IllegalStateException("the decoder refuses a file that it had decoded before"))
                    .outcome();
        }

        /**
         * What evasions came to, for people and for machines.
         *
         * @param about on what, where
         * @param results by the views that were judged
         */
        record EvasionTable(String about, Map<String, Result> results) implements Results.Report {

            @Override
            public String markdown() {
                Markdown text = new Markdown()
                        .text(about)
                        .header(
                                "views",
                                "change",
                                "flagged stays NSFW",
                                "becomes REVIEW",
                                "becomes SAFE",
                                "goal REVIEW: of NSFW");
                results.forEach((views, result) -> result.flagged()
                        .forEach((change, found) ->
                                row(text, views, change, found, Outcome.NSFW, Outcome.REVIEW, Outcome.SAFE)));
                text.header("views", "change", "safe stays SAFE", "becomes REVIEW", "becomes NSFW", "goal REVIEW");
                results.forEach((views, result) -> result.safe()
                        .forEach((change, found) ->
                                row(text, views, change, found, Outcome.SAFE, Outcome.REVIEW, Outcome.NSFW)));
                text.header("views", "to decide a file, ms");
                results.forEach((views, result) -> text.row(views, Math.round(1000 * result.secondsEach())));
                return text.toString();
            }

            @Override
            public Map<String, Object> json() {
                Map<String, Object> fields = Fields.of("about", about);
                results.forEach((views, result) -> fields.put(
                        views,
                        Fields.of(
                                "flagged",
                                fields(result.flagged()),
                                "safe",
                                fields(result.safe()),
                                "secondsEach",
                                result.secondsEach())));
                return fields;
            }

            private static void row(Markdown text, String views, String change, Changed found, Outcome... outcomes) {
                List<FileBootstrap> cells = new ArrayList<>(found.furthest().cells(outcomes));
                cells.add(found.toPeople());
                text.row(views, change, cells);
            }

            private static Map<String, Object> fields(Map<String, Changed> changed) {
                Map<String, Object> fields = new LinkedHashMap<>();
                changed.forEach((change, found) -> {
                    Map<String, Object> shares = new LinkedHashMap<>();
                    found.furthest().of().forEach((outcome, share) -> shares.put(outcome.name(), share));
                    shares.put("toPeople", found.toPeople());
                    fields.put(change, shares);
                });
                return fields;
            }
        }
    }
}
