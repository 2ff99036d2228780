package io.bulwark.lab.audit;

import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.command.ModerationTarget;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.upload.Downscaling.PointScaling;
import io.bulwark.lab.attack.upload.FileModerator.FileResult;
import io.bulwark.lab.attack.upload.TwinObjective.Weights;
import io.bulwark.lab.attack.upload.UploadAttack.AttackedUpload;
import io.bulwark.lab.attack.upload.WatchedObjective.TwinWatch;
import io.bulwark.lab.audit.DetectScores.DetectEntry;
import io.bulwark.lab.audit.DetectScores.NamedFile;
import io.bulwark.lab.audit.QueryRun.Shrinking;
import io.bulwark.lab.evaluate.KnowingAttack;
import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.perception.verdict.Judgement.Basis;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Attacks on a worker that has all detectors, and edits; and what these make of the uploads. One thread, always the
 * same.
 *
 * @param robust decides
 * @param twin is asked beside it
 * @param scaling looks for hidden pictures
 * @param threat what may be done to pixels
 * @param iterations of APGD
 * @param side longest side of what is attacked with gradients, in pixels
 */
record DetectRun(
        ModerationTarget robust,
        ModerationTarget twin,
        ScalingRun scaling,
        ThreatModel threat,
        int iterations,
        int side) {

    /** Weights that are tried where the robust encoder alone withstands: the first ones. */
    private static final int HOPELESS = 2;

    /** The attack that hides pictures. */
    static final String SCALING = "scaling";

    /** What it wants. */
    static final String HIDE = "hide";

    /** Who is attacked by gradients. */
    enum Attacked {
        TWIN,
        ROBUST,
        BOTH;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the worker makes of a file before it knows what is flagged. */
    record Looked(TwinWatch.Both both, double scaling) {

        /**
         * What an attacker of this file wants; empty where the two decide differently, leave it to people, or see
         * nothing.
         */
        Optional<AttackGoal> goal() {
            Outcome decided = outcome(both.robust());
            boolean plain = both.robust().scored().judgement().basis() == Basis.PLAIN;
            if (plain || decided != outcome(both.clean()) || decided == Outcome.REVIEW) {
                return Optional.empty();
            }
            return Optional.of(decided == Outcome.NSFW ? AttackGoal.EVADE : AttackGoal.FALSE_FLAG);
        }

        DetectScores scores(List<float[]> index) {
            return DetectScores.of(both, scaling, index);
        }

        DetectScores.CleanFile clean(List<float[]> index) {
            return new DetectScores.CleanFile(outcome(both.robust()) == Outcome.SAFE, scores(index));
        }
    }

    /** Looks at a file; empty where it is no picture. */
    Optional<Looked> look(byte[] file) {
        return watch().look(file)
                .map(both -> new Looked(both, scaling.score(file).orElse(0)));
    }

    private Looked look(UprightPicture upload) {
        return new Looked(watch().look(upload), scaling.score(upload));
    }

    private TwinWatch watch() {
        return new TwinWatch(robust.moderator(), twin.moderator());
    }

    /** Whether both encoders decide the smaller copy as they decide the file: else shrinking alone might win. */
    boolean staysShrunk(NamedFile file, AttackGoal goal) {
        return look(shrunk(file)).goal().equals(Optional.of(goal));
    }

    /**
     * Attacks one or both encoders with their gradients, and looks at the upload.
     *
     * @param file of which {@link #staysShrunk} is true
     * @param hopeless whether the robust encoder alone withstood, so that both are attacked with the first weights only
     */
    DetectEntry byGradients(NamedFile file, AttackGoal goal, Attacked attacked, boolean hopeless, List<float[]> index) {
        byte[] original = new UploadFormat.Png().encode(shrunk(file));
        Looked looked = switch (attacked) {
            case TWIN -> look(alone(twin, original, goal).file()).orElseThrow();
            case ROBUST -> look(alone(robust, original, goal).file()).orElseThrow();
            case BOTH -> together(original, goal, tried(hopeless));
        };
        FileResult victim = attacked == Attacked.TWIN
                ? looked.both().clean()
                : looked.both().robust();
        return new DetectEntry(
                file.sha256().hex(),
                attacked.label(),
                goal.label(),
                outcome(victim) == goal.outcome(),
                looked.scores(index));
    }

    private AttackedUpload alone(ModerationTarget victim, byte[] original, AttackGoal goal) {
        return victim.attack()
                .run(
                        original,
                        goal,
                        (height, width) -> new Apgd(iterations, 1, Apgd.EarlyStop.NEVER, 1),
                        threat,
                        new UploadFormat.Png());
    }

    private static List<Weights> tried(boolean hopeless) {
        return hopeless ? KnowingAttack.WEIGHTS.subList(0, HOPELESS) : KnowingAttack.WEIGHTS;
    }

    /** Of several weights the first that fools both counts, or else the first that turns the verdict, or the last. */
    private Looked together(byte[] original, AttackGoal goal, List<Weights> tried) {
        Optional<Looked> turned = Optional.empty();
        Looked last = null;
        for (Weights weights : tried) {
            byte[] file = robust.attack()
                    .runWatched(
                            twin.attack(),
                            original,
                            goal,
                            weights,
                            UnaryOperator.identity(),
                            new Apgd(iterations, 1, Apgd.EarlyStop.EACH_FOOLED, 1),
                            threat,
                            upload -> fools(look(upload), goal))
                    .file();
            last = look(file).orElseThrow();
            if (fools(last, goal)) {
                return last;
            }
            if (turned.isEmpty() && outcome(last.both().robust()) == goal.outcome()) {
                turned = Optional.of(last);
            }
        }
        return turned.orElse(last);
    }

    private static boolean fools(Looked looked, AttackGoal goal) {
        return outcome(looked.both().robust()) == goal.outcome()
                && outcome(looked.both().clean()) == goal.outcome();
    }

    private static Outcome outcome(FileResult said) {
        return said.scored().judgement().outcome();
    }

    /** Those of the sides that are small enough for something to be hidden in the picture from a scaling to them. */
    List<Integer> fitting(NamedFile file, List<Integer> sizes) {
        UprightPicture shown = picture(file);
        return sizes.stream()
                .filter(size -> ScalingRun.isLargeEnough(shown, size))
                .toList();
    }

    /**
     * Hides another picture from a foreign scaling, and looks at the upload. Kernels and sizes take turns.
     *
     * @param turn number of the attack, from 0
     * @param fitting sides that the picture is large enough for, at least one
     */
    DetectEntry byScaling(NamedFile file, NamedFile hidden, int turn, List<Integer> fitting, List<float[]> index) {
        PointScaling.Kernel[] kernels = PointScaling.Kernel.values();
        Optional<UprightPicture> upload = scaling.hiding(
                picture(file),
                picture(hidden),
                kernels[turn % kernels.length],
                fitting.get(turn / kernels.length % fitting.size()));
        return new DetectEntry(
                file.sha256().hex(),
                SCALING,
                HIDE,
                upload.isPresent(),
                upload.map(hiding -> look(hiding).scores(index)).orElse(DetectScores.NONE));
    }

    /** Edits a picture of a file as a harmless uploader does, and looks at the upload. */
    DetectEntry edited(NamedFile file, UprightPicture picture, Benign kind, Surroundings around, List<float[]> index) {
        Optional<Looked> looked = look(kind.change().of(picture, around));
        return new DetectEntry(
                file.sha256().hex(),
                DetectEntry.BENIGN,
                kind.title(),
                looked.isPresent(),
                looked.map(upload -> upload.scores(index)).orElse(DetectScores.NONE));
    }

    /** What attacks and edits begin with. */
    UprightPicture picture(NamedFile file) {
        return scaling.picture(file.bytes())
                .orElseThrow(() -> new IllegalStateException(file.path() + " is no picture any more"));
    }

    private UprightPicture shrunk(NamedFile file) {
        if (!(robust.moderator().decoder().decode(file.bytes()) instanceof Decoded decoded)) {
            throw new IllegalStateException(file.path() + " is no picture any more");
        }
        return Shrinking.within(UprightPicture.of(decoded.frames().get(0)), side);
    }

    /**
     * What detectors make of files that harmless uploaders edited. One thread, the run's.
     *
     * @param run looks at them
     * @param safe files that are SAFE as they are, which a collage's other pictures are of, too
     * @param index unit embeddings of flagged content
     */
    record EditedRun(DetectRun run, List<NamedFile> safe, List<float[]> index) {

        /**
         * Edits files in every way that the ledger does not know yet.
         *
         * @param limit files at most
         * @return one entry for each file and kind of edit
         * @throws CommandFailure if there are files to edit, but too few for a collage
         */
        List<DetectEntry> entries(int limit, LedgerFile.Entries<DetectEntry.Key, DetectEntry> ledger, Output output) {
            if (limit == 0) {
                return List.of();
            }
            int count = Math.min(limit, safe.size());
            if (safe.size() <= Surroundings.FEWEST_OTHERS) {
                throw CommandFailure.failed("%d test files are SAFE, --edited needs %d for a collage"
                        .formatted(safe.size(), Surroundings.FEWEST_OTHERS + 1));
            }
            List<DetectEntry> entries = new ArrayList<>();
            try (Progress progress = Progress.of("editing", count, output)) {
                for (int i = 0; i < count; i++) {
                    NamedFile file = safe.get(i);
                    UprightPicture picture = run.picture(file);
                    Surroundings around = Benign.around(i, safe.size(), other -> run.picture(safe.get(other)));
                    for (Benign kind : Benign.all()) {
                        DetectEntry.Key key =
                                new DetectEntry.Key(file.sha256().hex(), DetectEntry.BENIGN, kind.title());
                        entries.add(ledger.of(key, () -> run.edited(file, picture, kind, around, index)));
                    }
                    progress.step();
                }
            }
            output.note("%d files edited".formatted(count));
            return entries;
        }
    }
}
