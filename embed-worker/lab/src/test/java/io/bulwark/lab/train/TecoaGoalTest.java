package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.PrototypeLoss.Prototypes;
import io.bulwark.lab.train.ClassPrototypes.TecoaGoal;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TecoaGoalTest {

    private static final int PERTURBED = 3;
    private static final int CLEAN = 2;
    private static final int DIMENSION = 5;
    private static final int CLASSES = 4;
    private static final double SCALE = 7;
    private static final double WEIGHT = 0.5;
    private static final double STEP = 1e-3;

    private final Random random = new Random(3);
    private final int[] labels = {2, 0, 3};
    private final float[][] texts = rows(CLASSES);
    private final TrainingGoal goal = new TecoaGoal(Prototypes.of(texts, SCALE), labels, WEIGHT);
    private final float[][] embeddings = rows(PERTURBED + CLEAN);

    private float[][] rows(int count) {
        float[][] rows = new float[count][DIMENSION];
        for (float[] row : rows) {
            for (int d = 0; d < DIMENSION; d++) {
                row[d] = (float) random.nextGaussian();
            }
        }
        return rows;
    }

    private Answers answers() {
        float[] flat = new float[embeddings.length * DIMENSION];
        for (int row = 0; row < embeddings.length; row++) {
            System.arraycopy(embeddings[row], 0, flat, row * DIMENSION, DIMENSION);
        }
        return new Answers(embeddings.length, flat, new float[0]);
    }

    /** The definition, term by term, in double. */
    private double slowLoss() {
        double loss = 0;
        for (int row = 0; row < PERTURBED + CLEAN; row++) {
            int label = labels[row < PERTURBED ? row : row - PERTURBED];
            double sum = 0;
            for (float[] text : texts) {
                sum += Math.exp(SCALE * cosine(embeddings[row], text));
            }
            double own = -Math.log(Math.exp(SCALE * cosine(embeddings[row], texts[label])) / sum);
            loss += own * (row < PERTURBED ? 1.0 / PERTURBED : WEIGHT / CLEAN);
        }
        return loss;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double ownSquares = 0;
        double otherSquares = 0;
        for (int d = 0; d < a.length; d++) {
            dot += (double) a[d] * b[d];
            ownSquares += (double) a[d] * a[d];
            otherSquares += (double) b[d] * b[d];
        }
        return dot / Math.sqrt(ownSquares * otherSquares);
    }

    @Test
    void theLossIsTheCrossEntropyOfScaledCosines() {
        assertThat(goal.evaluate(answers(), PERTURBED).loss()).isCloseTo(slowLoss(), within(1e-5));
    }

    @Test
    void theSlopeIsThatOfTheLossByEveryAnswer() {
        float[] slope = goal.evaluate(answers(), PERTURBED).slope().embeddings();

        for (int row = 0; row < embeddings.length; row++) {
            for (int d = 0; d < DIMENSION; d++) {
                float kept = embeddings[row][d];
                embeddings[row][d] = (float) (kept + STEP);
                double above = slowLoss();
                embeddings[row][d] = (float) (kept - STEP);
                double below = slowLoss();
                embeddings[row][d] = kept;
                assertThat((double) slope[row * DIMENSION + d])
                        .as("row %d, dimension %d", row, d)
                        .isCloseTo((above - below) / (2 * STEP), within(2e-3));
            }
        }
    }

    @Test
    void theInnerAttackRaisesTheSameLossAPictureAtATime() {
        EmbeddingLoss.Values values = goal.inner().evaluate(answers().embeddings(), new int[] {0, 1, 2, 0, 1});
        float[] losses = values.scores().losses();

        double mean = (losses[0] + losses[1] + losses[2]) / PERTURBED + WEIGHT * (losses[3] + losses[4]) / CLEAN;

        assertThat(mean).isCloseTo(goal.evaluate(answers(), PERTURBED).loss(), within(1e-6));
    }

    @Test
    void aRowIsRightWhereItsOwnPrototypeIsTheNearest() {
        embeddings[0] = texts[2].clone();
        embeddings[1] = texts[2].clone();
        embeddings[4] = texts[0].clone();

        boolean[] right = goal.evaluate(answers(), PERTURBED).right();

        assertThat(right).hasSize(PERTURBED + CLEAN);
        assertThat(right[0]).isTrue();
        assertThat(right[1]).isFalse();
        assertThat(right[4]).isTrue();
    }
}
