package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.perception.encoder.Answers;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FareGoalTest {

    private static final int PERTURBED = 3;
    private static final int CLEAN = 2;
    private static final int DIMENSION = 5;
    private static final int CLASSES = 4;
    private static final double STEP = 1e-2;

    private final Random random = new Random(7);
    private final Answers parent = answers(PERTURBED);
    private final Answers found = answers(PERTURBED + CLEAN);
    private final TrainingGoal goal = new FareGoal(parent, new Recipe.Terms(0.5, 3));

    private Answers answers(int rows) {
        return new Answers(rows, values(rows * DIMENSION), values(rows * CLASSES));
    }

    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }

    @Test
    void theSlopeIsThatOfTheLossByEveryAnswer() {
        TrainingGoal.Lowered lowered = goal.evaluate(found, PERTURBED);

        for (int i = 0; i < found.embeddings().length; i++) {
            assertThat(lowered.slope().embeddings()[i])
                    .isCloseTo((float) difference(found.embeddings(), i), within(1e-3f));
        }
        for (int i = 0; i < found.logits().length; i++) {
            assertThat(lowered.slope().logits()[i]).isCloseTo((float) difference(found.logits(), i), within(1e-3f));
        }
    }

    private double difference(float[] values, int i) {
        float kept = values[i];
        values[i] = (float) (kept + STEP);
        double above = goal.evaluate(found, PERTURBED).loss();
        values[i] = (float) (kept - STEP);
        double below = goal.evaluate(found, PERTURBED).loss();
        values[i] = kept;
        return (above - below) / (2 * STEP);
    }

    @Test
    void withoutAddedTermsItIsTheMeanSquaredDistanceOfPerturbedRows() {
        double sum = 0;
        for (int i = 0; i < PERTURBED * DIMENSION; i++) {
            sum += Math.pow(found.embeddings()[i] - parent.embeddings()[i], 2);
        }

        TrainingGoal.Lowered lowered = new FareGoal(parent, new Recipe.Terms(0, 0)).evaluate(found, PERTURBED);

        assertThat(lowered.loss()).isCloseTo(sum / PERTURBED, within(1e-6));
        assertThat(lowered.slope().logits()).isEmpty();
    }

    @Test
    void anEncoderThatAnswersWhatItsParentAnswersHasNothingToLower() {
        TrainingGoal.Lowered lowered = goal.evaluate(parent, PERTURBED);

        assertThat(lowered.loss()).isCloseTo(0, within(1e-9));
        assertThat(lowered.slope().embeddings()).containsOnly(0);
        assertThat(lowered.slope().logits()).containsOnly(0);
    }
}
