package io.bulwark.lab.audit;

import io.bulwark.lab.attack.FlaggedTarget;
import io.bulwark.lab.attack.ModerationTarget;
import io.bulwark.lab.options.ModelOptions;
import io.bulwark.lab.options.PicturePaths;
import io.bulwark.lab.options.Threats;
import io.bulwark.lab.picture.LabelledPicture;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.lab.terminal.OutputOptions;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.CalibrationGoal;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.robustness.attack.AttackGoal;
import io.bulwark.robustness.attack.ThreatModel;
import io.bulwark.robustness.attack.gradient.Apgd;
import io.bulwark.robustness.attack.gradient.EarlyStop;
import io.bulwark.robustness.attack.upload.AttackedUpload;
import io.bulwark.robustness.attack.upload.FileModerator;
import io.bulwark.robustness.attack.upload.QueryAttack;
import io.bulwark.robustness.attack.upload.UploadFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark audit evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "How many of one's own flagged pictures somebody gets through who uploads variants of them until one is"
                    + " SAFE,",
            "by decisions alone (HopSkipJump) and by scores (Square), at a worker without and with a flagged index"
                    + " that has",
            "the pictures as entries, each by an attacker who takes no notice of the index and by one whose steps grow"
                    + " where",
            "answers are held back (OARS), and by gradients of decision and distance from the entry together (APGD)."
                    + " The policy",
            "is calibrated on the references."
        })
public final class AuditEvaluateCommand implements Callable<Integer> {

    /** References that HopSkipJump tries to start from: each costs a query. */
    private static final int STARTS = 8;

    /** Of the cosine with the entry beside the loss of the decision. */
    private static final List<Double> WEIGHTS = List.of(0.0, 1.0, 5.0);

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private ModelOptions model;

    @Mixin
    private PicturePaths pictures;

    @Option(
            names = "--references",
            paramLabel = "DIR",
            required = true,
            description = "A folder with one folder of pictures for each label, which the moderation searches.")
    private Path references;

    @Option(names = "--flagged-labels", paramLabel = "LABEL", split = ",", description = "Labels that are flagged.")
    private Set<String> flagged = Set.of("nsfw");

    @Option(names = "--threat", paramLabel = "NORM:EPSILON", description = "What may be done to the pixels.")
    private String threat = "linf:8/255";

    @Option(names = "--queries", description = "Uploads of each attack, for each picture.")
    private int queries = 1000;

    @Option(
            names = "--iterations",
            description =
                    "Steps of APGD by somebody who has the encoder and knows the index, for each of the weights 0, 1"
                            + " and 5 of the distance from the entry; the best counts. 0 leaves that out.")
    private int iterations = 50;

    @Option(
            names = "--similarity",
            paramLabel = "COSINE",
            description = "The worker's bulwark.flagged.similarity; `bulwark bank calibrate-flagged` finds it.")
    private double similarity = 0.995;

    @Option(names = "--limit", paramLabel = "N", description = "Pictures at most that are attacked.")
    private int limit = 50;

    @Option(names = "--seed", description = "Of the attacks.")
    private long seed = 1;

    @Override
    public Integer call() {
        ThreatModel within = Threats.named("--threat", threat);
        if (queries < 1 || limit < 1 || iterations < 0 || !(similarity > 0 && similarity <= 1)) {
            throw CommandFailure.usage(
                    "--queries %d, --limit %d, --similarity %s: allowed are 1 and more, 1 and more, and"
                                    .formatted(queries, limit, similarity)
                            + " a cosine above 0 up to 1");
        }
        List<LabelledPicture> bank = LabelledPicture.below(references);
        List<byte[]> starts = bank.stream()
                .filter(picture -> !flagged.contains(picture.label()))
                .limit(STARTS)
                .map(LabelledPicture::bytes)
                .toList();
        List<QueryTally> tallies = QueryTally.all();
        try (ModerationTarget target =
                        new ModerationTarget(model.open(terminal.output()), model.options(), bank, this::calibrated);
                Progress progress = Progress.of("attacking", pictures.files().size(), terminal.output())) {
            int attacked = 0;
            for (Path file : pictures.files()) {
                byte[] original = read(file);
                if (attacked < limit && isFlagged(target, original)) {
                    attacked++;
                    attack(target, original, starts, within, tallies);
                }
                progress.step();
            }
            if (attacked == 0) {
                throw CommandFailure.failed("none of the pictures is NSFW by these references: nothing to get through");
            }
        }
        tallies.forEach(tally -> terminal.output().print(tally.text(), tally.fields()));
        QueryTally.worst(tallies).ifPresent(worst -> terminal.output().note(worst));
        return ExitCodes.OK;
    }

    private void attack(
            ModerationTarget target,
            byte[] original,
            List<byte[]> starts,
            ThreatModel within,
            List<QueryTally> tallies) {
        try (FlaggedTarget index = target.flagging(original, new NearFlagged(similarity))) {
            for (QueryTally tally : tallies) {
                FileModerator moderator = tally.withIndex() ? index.moderator() : target.moderator();
                QueryAttack attacker = new QueryAttack(moderator, queries, within, seed);
                switch (tally.kind()) {
                    case HOPSKIPJUMP, HOPSKIPJUMP_OARS ->
                        tally.add(attacker.byDecisions(
                                original, starts, tally.kind() == QueryTally.Kind.HOPSKIPJUMP_OARS));
                    case SQUARE, SQUARE_OARS ->
                        tally.add(attacker.byScores(original, tally.kind() == QueryTally.Kind.SQUARE_OARS));
                    case GRADIENTS -> {
                        // Below: one attack answers for both workers.
                    }
                }
            }
            if (iterations > 0) {
                gradients(target, index.moderator(), original, within, tallies);
            }
        }
    }

    /** The best of several weights counts. */
    private void gradients(
            ModerationTarget target,
            FileModerator guarded,
            byte[] original,
            ThreatModel within,
            List<QueryTally> tallies) {
        float[] entry = target.moderator().see(original).get(0).embedding();
        boolean passed = false;
        boolean passedIndex = false;
        long steps = 0;
        for (double weight : WEIGHTS) {
            AttackedUpload attacked = target.attackAwayFrom(
                    original,
                    entry,
                    weight,
                    (height, width) -> new Apgd(iterations, 1, EarlyStop.NEVER, seed),
                    within,
                    new UploadFormat.Png());
            passed |= attacked.fooled();
            passedIndex |= AttackGoal.EVADE.reached(guarded.decide(attacked.file()));
            steps += attacked.gradientSteps();
        }
        for (QueryTally tally : tallies) {
            if (tally.kind() == QueryTally.Kind.GRADIENTS) {
                tally.add(new QueryAttack.Outcome(tally.withIndex() ? passedIndex : passed, steps));
            }
        }
    }

    private static boolean isFlagged(ModerationTarget target, byte[] original) {
        return target.moderator()
                .decide(original)
                .filter(judgement -> judgement.outcome() == Outcome.NSFW)
                .isPresent();
    }

    private PolicySettings calibrated(List<LabelledEmbedding> bank) {
        return Calibration.of(bank, CalibrationGoal.flagging(flagged)).appliedTo(PolicySettings.flagging(flagged));
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw CommandFailure.failed(file + " cannot be read: " + unreadable, unreadable);
        }
    }
}
