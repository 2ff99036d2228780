package io.bulwark.lab.attack.upload;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.perception.verdict.Judgement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
public record Outsider(FileModerator moderator, UploadFormat format, int height, int width, AttackGoal goal)
        implements Oracle {

    /** Log odds beyond what a double between 0 and 1 holds. */
    private static final double CERTAIN = 1000;

    @Override
    public Scores ask(float[] pixels, int[] samples) {
        int length = 3 * height * width;
        List<UprightPicture> uploads = IntStream.range(0, samples.length)
                .mapToObj(row ->
                        EightBits.picture(Arrays.copyOfRange(pixels, row * length, (row + 1) * length), width, height))
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
