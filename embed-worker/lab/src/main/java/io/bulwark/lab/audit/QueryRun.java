package io.bulwark.lab.audit;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.ImageFormat;
import io.bulwark.imaging.ProcessStat;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.command.ModerationTarget;
import io.bulwark.lab.attack.gradient.Apgd;
import io.bulwark.lab.attack.loss.AwayFrom;
import io.bulwark.lab.attack.upload.FileModerator;
import io.bulwark.lab.attack.upload.QueryAttack;
import io.bulwark.lab.attack.upload.TwinObjective.Weights;
import io.bulwark.lab.attack.upload.UploadAttack.AttackedUpload;
import io.bulwark.lab.attack.upload.UploadAttack.UploadedChange;
import io.bulwark.lab.audit.QueryTally.QueryEntry;
import io.bulwark.lab.experiment.LedgerFile;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Attacks on pictures, one after the other, into a ledger. One thread, the target's.
 *
 * @param target is attacked
 * @param starts files that attacks by decisions may start from
 * @param options of the attacks
 * @param alarms what joint attacks have to keep silent; empty where nothing watches
 * @param ledger read and written
 * @param kept where uploads are written to; empty where they are not kept
 */
record QueryRun(
        ModerationTarget target,
        List<byte[]> starts,
        QueryOptions options,
        Optional<AlarmOptions.QueryAlarms> alarms,
        LedgerFile.Entries<QueryEntry.Key, QueryEntry> ledger,
        Optional<KeptUploads> kept) {

    /** Of the cosine with the entry beside the loss of the decision. */
    private static final List<Double> WEIGHTS = List.of(0.0, 1.0, 5.0);

    /** What counts beside the loss of the decision, in joint attacks. */
    private record Joint(double entry, Weights twin) {}

    private static final List<Joint> JOINTS = List.of(
            new Joint(0, new Weights(0, 0)),
            new Joint(1, new Weights(0.3, 0)),
            new Joint(5, new Weights(0.3, 0)),
            new Joint(1, new Weights(1, 0)),
            new Joint(1, new Weights(1, 1)),
            new Joint(5, new Weights(1, 1)));

    /**
     * A picture to be attacked.
     *
     * @param sha256 of the file as it was given
     * @param file that is flagged
     * @param shrunk whether it is a smaller copy
     */
    record Flagged(Sha256 sha256, byte[] file, boolean shrunk) {}

    /** A picture as it is attacked; empty where it is none, or is not decided as NSFW. */
    Optional<Flagged> flagged(byte[] given) {
        FileModerator moderator = target.moderator();
        if (!(moderator.decoder().decode(given) instanceof Decoded decoded)) {
            return Optional.empty();
        }
        UprightPicture picture = UprightPicture.of(decoded.frames().get(0));
        UprightPicture smaller = Shrinking.within(picture, options.side);
        boolean shrinks = smaller != picture;
        byte[] file = shrinks ? new UploadFormat.Png().encode(smaller) : given;
        return moderator
                .decide(file)
                .filter(judgement -> judgement.outcome() == Outcome.NSFW)
                .map(judgement -> new Flagged(Sha256.digest(given), file, shrinks));
    }

    /**
     * Attacks a picture in all ways that the ledger does not know yet.
     *
     * @return one entry for each attack without and with the index
     */
    List<QueryEntry> attack(Flagged picture) {
        try (ModerationTarget.FlaggedTarget index = target.flagging(picture.file(), options.rule())) {
            List<QueryEntry> entries = new ArrayList<>();
            for (QueryOptions.QueryKind kind : kinds()) {
                for (boolean withIndex : new boolean[] {false, true}) {
                    FileModerator moderator = withIndex ? index.moderator() : target.moderator();
                    entries.add(known(picture, kind, withIndex, moderator));
                }
            }
            return entries;
        }
    }

    /** Who attacks. */
    List<QueryOptions.QueryKind> kinds() {
        return options.kinds(alarms.isPresent());
    }

    private QueryEntry known(Flagged picture, QueryOptions.QueryKind kind, boolean withIndex, FileModerator moderator) {
        QueryEntry.Key key = new QueryEntry.Key(picture.sha256().hex(), kind.toString(), withIndex);
        return ledger.of(key, () -> {
            Duration begun = cpu();
            QueryAttack.Outcome outcome = attacked(picture, kind, moderator);
            double seconds = cpu().minus(begun).toMillis() / 1e3;
            kept.ifPresent(files -> files.write(picture, kind, withIndex, outcome.upload(), moderator));
            return new QueryEntry(
                    key.picture(),
                    key.attack(),
                    withIndex,
                    outcome.passed(),
                    outcome.queries(),
                    outcome.held(),
                    seconds);
        });
    }

    private QueryAttack.Outcome attacked(Flagged picture, QueryOptions.QueryKind kind, FileModerator moderator) {
        QueryAttack attacker = new QueryAttack(moderator, options.queries, options.threat(), options.seed);
        return switch (kind) {
            case HOPSKIPJUMP -> attacker.byDecisions(picture.file(), starts, false);
            case HOPSKIPJUMP_OARS -> attacker.byDecisions(picture.file(), starts, true);
            case SQUARE -> attacker.byScores(picture.file(), false);
            case SQUARE_OARS -> attacker.byScores(picture.file(), true);
            case GRADIENTS -> gradients(picture, moderator);
            case JOINT -> joint(picture, moderator, alarms.orElseThrow());
        };
    }

    /** The attacker has the encoder and the bank; what each of several weights comes to is uploaded. */
    private QueryAttack.Outcome gradients(Flagged picture, FileModerator moderator) {
        float[] entry = target.entry(picture.file());
        UprightPicture arrived = null;
        long held = 0;
        for (int upload = 0; upload < WEIGHTS.size(); upload++) {
            double weight = WEIGHTS.get(upload);
            AttackedUpload attacked = target.attack()
                    .run(
                            picture.file(),
                            AttackGoal.EVADE,
                            (height, width) -> new Apgd(options.iterations, 1, Apgd.EarlyStop.NEVER, options.seed),
                            options.threat(),
                            new UploadFormat.Png(),
                            loss -> new AwayFrom(loss, entry, weight));
            arrived = UploadedChange.original(moderator.decoder(), attacked.file());
            Outcome answer = answer(moderator, arrived);
            if (answer == Outcome.SAFE) {
                return new QueryAttack.Outcome(true, upload + 1L, held, arrived);
            }
            held += answer == Outcome.REVIEW ? 1 : 0;
        }
        return new QueryAttack.Outcome(false, WEIGHTS.size(), held, arrived);
    }

    /**
     * As {@link #gradients}, by an attacker who has the twin and its threshold, too, and tries at home before he
     * uploads.
     */
    private QueryAttack.Outcome joint(Flagged picture, FileModerator moderator, AlarmOptions.QueryAlarms watching) {
        float[] entry = target.entry(picture.file());
        Apgd apgd = new Apgd(options.iterations, 1, Apgd.EarlyStop.EACH_FOOLED, options.seed);
        UprightPicture arrived = null;
        long held = 0;
        for (int upload = 0; upload < JOINTS.size(); upload++) {
            Joint joint = JOINTS.get(upload);
            AttackedUpload attacked = target.attack()
                    .runWatched(
                            watching.twin().attack(),
                            picture.file(),
                            AttackGoal.EVADE,
                            joint.twin(),
                            loss -> new AwayFrom(loss, entry, joint.entry()),
                            apgd,
                            options.threat(),
                            candidate -> passes(candidate, moderator, watching));
            arrived = UploadedChange.original(moderator.decoder(), attacked.file());
            if (passes(arrived, moderator, watching)) {
                return new QueryAttack.Outcome(true, upload + 1L, held, arrived);
            }
            held += answer(moderator, arrived) == Outcome.REVIEW ? 1 : 0;
        }
        return new QueryAttack.Outcome(false, JOINTS.size(), held, arrived);
    }

    private static boolean passes(UprightPicture upload, FileModerator moderator, AlarmOptions.QueryAlarms watching) {
        return answer(moderator, upload) == Outcome.SAFE && !watching.raisedBy(upload);
    }

    private static Outcome answer(FileModerator moderator, UprightPicture upload) {
        return moderator.decideStored(List.of(upload)).get(0).outcome();
    }

    private static Duration cpu() {
        return ProcessStat.ownCpuTime(ProcessHandle.current()).orElse(Duration.ZERO);
    }

    /**
     * What attacks came to, as files that can be given to a worker.
     *
     * @param folder for them; made where it is missing
     */
    record KeptUploads(Path folder) {

        /** Digits of a file's SHA-256 that its names begin with. */
        private static final int DIGITS = 12;

        /**
         * Writes a picture as it was attacked, {@code 0123456789ab-original} with the ending of its format, and an
         * upload, {@code 0123456789ab-square-with-review.png}.
         *
         * @param index whether the moderator has the picture as an entry
         * @param moderator whose decision about the very file is in its name
         * @throws CommandFailure if one cannot be written
         */
        void write(
                QueryRun.Flagged picture,
                QueryOptions.QueryKind kind,
                boolean index,
                UprightPicture upload,
                FileModerator moderator) {
            String start = picture.sha256().hex().substring(0, DIGITS);
            byte[] file = new UploadFormat.Png().encode(upload);
            String decision = moderator
                    .decide(file)
                    .map(judgement -> judgement.outcome().name().toLowerCase(Locale.ROOT))
                    .orElse("refused");
            write(
                    "%s-original.%s"
                            .formatted(start, ImageFormat.sniff(picture.file()).title()),
                    picture.file());
            write("%s-%s-%s-%s.png".formatted(start, kind, index ? "with" : "without", decision), file);
        }

        private void write(String name, byte[] bytes) {
            Path file = folder.resolve(name);
            try {
                Files.createDirectories(folder);
                Files.write(file, bytes);
            } catch (IOException unwritable) {
                throw CommandFailure.failed(file + " cannot be written: " + unwritable, unwritable);
            }
        }
    }

    /** Smaller copies of pictures, whose attacks cost less. */
    static final class Shrinking {

        private Shrinking() {}

        /**
         * The picture, or a copy whose longer side is as long as is allowed.
         *
         * @param longest side in pixels; 0 for any
         */
        public static UprightPicture within(UprightPicture picture, int longest) {
            int longer = Math.max(picture.width(), picture.height());
            if (longest == 0 || longer <= longest) {
                return picture;
            }
            double share = (double) longest / longer;
            return picture.resized(Math.max(1, (int) Math.round(share * picture.width())), Math.max(1, (int)
                    Math.round(share * picture.height())));
        }
    }
}
