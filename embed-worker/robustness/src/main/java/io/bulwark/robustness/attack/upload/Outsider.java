package io.bulwark.robustness.attack.upload;

import io.bulwark.perception.verdict.Judgement;
import io.bulwark.robustness.attack.AttackGoal;
import io.bulwark.robustness.attack.Oracle;
import java.util.Arrays;
import java.util.Optional;

/**
 * The pipeline as an outsider sees it: each candidate is rounded to 8 bits, encoded, uploaded and decided. The loss is the
 * verdict's score, turned towards the goal; a file that is refused has lost. REVIEW may be the answer of a flagged index.
 *
 * @param moderator decides
 * @param format of the uploads
 * @param height of the pictures
 * @param width of the pictures
 * @param goal what the attacker wants
 */
public record Outsider(FileModerator moderator, UploadFormat format, int height, int width, AttackGoal goal)
        implements Oracle {

    @Override
    public Scores ask(float[] pixels, int[] samples) {
        int length = 3 * height * width;
        Scores scores = new Scores(new float[samples.length], new boolean[samples.length]);
        for (int row = 0; row < samples.length; row++) {
            float[] picture = Arrays.copyOfRange(pixels, row * length, (row + 1) * length);
            Optional<Judgement> judgement = moderator.decide(format.encode(EightBits.picture(picture, width, height)));
            double flagged = judgement.map(Judgement::score).orElse(goal == AttackGoal.EVADE ? 1.0 : 0.0);
            scores.losses()[row] = (float) (goal == AttackGoal.EVADE ? -flagged : flagged);
            scores.fooled()[row] = goal.reached(judgement);
            scores.held()[row] = judgement
                    .filter(each -> each.outcome() == Judgement.Outcome.REVIEW)
                    .isPresent();
        }
        return scores;
    }
}
