package io.bulwark.lab.attack.upload;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.Attack.AttackResult;
import io.bulwark.lab.attack.Attack.Watch;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.BlackBox;
import io.bulwark.lab.attack.blackbox.HopSkipJump;
import io.bulwark.lab.attack.blackbox.SquareAttack;
import io.bulwark.lab.attack.upload.UploadAttack.UploadedChange;
import io.bulwark.perception.verdict.Judgement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * An outsider who uploads until something passes within the threat model: by the published decisions and scores of
 * whole files, at the picture's own size. One thread, always the same.
 *
 * @param moderator whose answers it sees
 * @param queries uploads for each picture at most
 * @param threat what may be done to the picture
 * @param seed of what is drawn
 */
public record QueryAttack(FileModerator moderator, int queries, ThreatModel threat, long seed) {

    private static final UploadFormat FORMAT = new UploadFormat.Png();

    /**
     * Sees decisions alone ({@link HopSkipJump}).
     *
     * @param adapts whether the attacker adapts to what is held back (OARS)
     * @param starts files that may be SAFE; resized to the picture's size
     * @throws IllegalArgumentException if the original is no picture, or there is no start
     */
    public Outcome byDecisions(byte[] original, List<byte[]> starts, boolean adapts) {
        UprightPicture clean = picture(original);
        List<float[]> resized = starts.stream()
                .map(start -> EightBits.planes(picture(start).resized(clean.width(), clean.height())))
                .toList();
        return run(
                clean,
                new HopSkipJump(
                        Math.max(1, queries - 1),
                        clean.height(),
                        clean.width(),
                        HopSkipJump.DEFAULT_GRAIN,
                        resized,
                        seed,
                        adapts));
    }

    /** Sees scores ({@link SquareAttack}); throws as the other. */
    public Outcome byScores(byte[] original, boolean adapts) {
        UprightPicture clean = picture(original);
        return run(
                clean,
                new SquareAttack(queries, clean.height(), clean.width(), SquareAttack.DEFAULT_SHARE, seed, adapts));
    }

    private Outcome run(UprightPicture clean, BlackBox attack) {
        Uploads uploads = new Uploads(
                new Outsider(moderator, FORMAT, clean.height(), clean.width(), AttackGoal.EVADE), threat, clean);
        try {
            AttackResult result = attack.query(uploads, threat, EightBits.planes(clean), 1, uploads);
            if (!uploads.cancelled() && uploads.asked < queries) {
                // What was found may lie outside; the last upload is what of it the threat model allows.
                uploads.ask(EightBits.planes(new EightBits(threat, clean).round(result.pixels())), new int[1]);
            }
        } catch (CancellationException stopped) {
            if (Thread.currentThread().isInterrupted()) {
                throw stopped;
            }
        }
        return uploads.outcome();
    }

    private UprightPicture picture(byte[] file) {
        return UploadedChange.original(moderator.decoder(), file);
    }

    /**
     * One picture's uploads, counted; the attack ends with the first that passes within the threat model. One thread.
     */
    private static final class Uploads implements Oracle, Watch {

        private final Outsider outsider;
        private final ThreatModel threat;
        private final float[] clean;
        private float[] last;
        private long asked;
        private long held;
        private Optional<Outcome> passed = Optional.empty();

        Uploads(Outsider outsider, ThreatModel threat, UprightPicture clean) {
            this.outsider = outsider;
            this.threat = threat;
            this.clean = EightBits.planes(clean);
        }

        @Override
        public Scores ask(float[] pixels, int[] samples) {
            Scores scores = outsider.ask(pixels, samples);
            for (int row = 0; row < samples.length && passed.isEmpty(); row++) {
                asked++;
                held += scores.held()[row] ? 1 : 0;
                last = Arrays.copyOfRange(pixels, row * clean.length, (row + 1) * clean.length);
                if (scores.fooled()[row]) {
                    UprightPicture upload = upload();
                    if (threat.verify(clean, EightBits.planes(upload), 1).holds()) {
                        passed = Optional.of(new Outcome(true, asked, held, upload));
                    }
                }
            }
            return scores;
        }

        @Override
        public void step(int done, int total, int fooled) {
            // Not reported.
        }

        @Override
        public boolean cancelled() {
            return passed.isPresent() || Thread.currentThread().isInterrupted();
        }

        Outcome outcome() {
            return passed.orElseGet(() -> new Outcome(false, asked, held, upload()));
        }

        private UprightPicture upload() {
            return EightBits.picture(last, outsider.width(), outsider.height());
        }
    }

    /**
     * The result.
     *
     * @param passed whether an upload within the threat model was SAFE
     * @param queries the number of that upload, from 1; where none passed, how many were in vain
     * @param held of these, the ones that were answered with REVIEW
     * @param upload what passed; where nothing did, the last upload, which may break the threat model
     */
    public record Outcome(boolean passed, long queries, long held, UprightPicture upload) {}

    /**
     * The pipeline as an outsider sees it: each candidate is rounded to 8 bits, encoded, uploaded and decided. A PNG
     * arrives as it was written, so it is not decoded again. The loss is the log odds of the verdict's score, turned
     * towards the goal; a file that is refused has lost. REVIEW may be the answer of a flagged index.
     *
     * @param moderator decides
     * @param format of the uploads
     * @param height of the pictures
     * @param width of the pictures
     * @param goal what the attacker wants
     */
    record Outsider(FileModerator moderator, UploadFormat format, int height, int width, AttackGoal goal)
            implements Oracle {

        /** Log odds beyond what a double between 0 and 1 holds. */
        private static final double CERTAIN = 1000;

        @Override
        public Scores ask(float[] pixels, int[] samples) {
            int length = 3 * height * width;
            List<UprightPicture> uploads = IntStream.range(0, samples.length)
                    .mapToObj(row -> EightBits.picture(
                            Arrays.copyOfRange(pixels, row * length, (row + 1) * length), width, height))
                    .toList();
            List<Optional<Judgement>> judgements = decide(uploads);
            Scores scores = new Scores(new float[samples.length], new boolean[samples.length]);
            for (int row = 0; row < samples.length; row++) {
                Optional<Judgement> judgement = judgements.get(row);
                double flagged = judgement.map(Judgement::score).orElse(goal == AttackGoal.EVADE ? 1.0 : 0.0);
                scores.losses()[row] = (float) (goal == AttackGoal.EVADE ? -logOdds(flagged) : logOdds(flagged));
                scores.fooled()[row] = goal.reached(judgement);
                scores.held()[row] = judgement
                        .filter(each -> each.outcome() == Judgement.Outcome.REVIEW)
                        .isPresent();
            }
            return scores;
        }

        /** Scores are published as doubles; as floats all that are near 1 would be one. */
        private static double logOdds(double score) {
            return Math.max(-CERTAIN, Math.min(CERTAIN, Math.log(score) - Math.log1p(-score)));
        }

        private List<Optional<Judgement>> decide(List<UprightPicture> uploads) {
            return format instanceof UploadFormat.Png
                    ? moderator.decideStored(uploads).stream().map(Optional::of).toList()
                    : uploads.stream()
                            .map(upload -> moderator.decide(format.encode(upload)))
                            .toList();
        }
    }
}
