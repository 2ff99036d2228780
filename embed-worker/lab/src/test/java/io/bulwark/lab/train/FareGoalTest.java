package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bulwark.lab.attack.Objective;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.encoder.MetricHead;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class FareGoalTest {

    private static final int PERTURBED = 3;
    private static final int CLEAN = 2;
    private static final int DIMENSION = 5;
    private static final int CLASSES = 4;
    private static final double STEP = 1e-2;
    private static final float[] SCALE = {0.5f, 2, 0, 1, 3};

    private final Random random = new Random(7);
    private final Answers parent = answers(PERTURBED);
    private final Answers found = answers(PERTURBED + CLEAN);
    private final TrainingGoal goal = new FareGoal(parent, new Recipe.Terms(0.5, 3), FareGoal.AS_PUBLISHED);

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
                    .isCloseTo((float) difference(goal, found.embeddings(), i), within(1e-3f));
        }
        for (int i = 0; i < found.logits().length; i++) {
            assertThat(lowered.slope().logits()[i])
                    .isCloseTo((float) difference(goal, found.logits(), i), within(1e-3f));
        }
    }

    @Test
    void withAScaleTheSlopeIsThatOfTheLossToo() {
        TrainingGoal scaled = new FareGoal(parent, new Recipe.Terms(0.5, 3), SCALE);
        TrainingGoal.Lowered lowered = scaled.evaluate(found, PERTURBED);

        for (int i = 0; i < found.embeddings().length; i++) {
            assertThat(lowered.slope().embeddings()[i])
                    .isCloseTo((float) difference(scaled, found.embeddings(), i), within(1e-3f));
        }
    }

    @Test
    void withAScaleTheInnerAttackRaisesDistanceAndDivergence() {
        FareGoal scaled = new FareGoal(parent, new Recipe.Terms(0, 3), SCALE);
        Linear encoder = new Linear();
        Objective objective = scaled.objective(encoder, 1, 1);
        float[] pixels = values(2 * 3);
        int[] samples = {2, 0};

        Objective.Evaluation evaluation = objective.differentiate(pixels, samples);

        assertThat(evaluation.scores().losses())
                .containsExactly(objective.ask(pixels, samples).losses());
        for (int i = 0; i < pixels.length; i++) {
            float kept = pixels[i];
            pixels[i] = (float) (kept + STEP);
            double above = objective.ask(pixels, samples).losses()[i / 3];
            pixels[i] = (float) (kept - STEP);
            double below = objective.ask(pixels, samples).losses()[i / 3];
            pixels[i] = kept;
            assertThat((double) evaluation.gradient()[i]).isCloseTo((above - below) / (2 * STEP), within(1e-2));
        }
    }

    /** Embeddings and logits of three pixels by fixed matrices. */
    private static final class Linear implements DifferentiableEncoder {

        private final double[][] body = matrix(1, DIMENSION);
        private final double[][] head = matrix(2, CLASSES);

        private static double[][] matrix(long seed, int columns) {
            Random random = new Random(seed);
            return new double[][] {
                random.doubles(columns).toArray(),
                random.doubles(columns).toArray(),
                random.doubles(columns).toArray()
            };
        }

        @Override
        public Answers answer(float[] pixels, int count, int height, int width) {
            return new Answers(count, product(pixels, body, DIMENSION), product(pixels, head, CLASSES));
        }

        private static float[] product(float[] pixels, double[][] matrix, int columns) {
            float[] out = new float[pixels.length / 3 * columns];
            for (int i = 0; i < out.length; i++) {
                for (int p = 0; p < 3; p++) {
                    out[i] += (float) (pixels[i / columns * 3 + p] * matrix[p][i % columns]);
                }
            }
            return out;
        }

        @Override
        public Gradient answerGradient(float[] pixels, int count, int height, int width, UnaryOperator<Answers> slope) {
            Answers answers = answer(pixels, count, height, width);
            Answers derivative = slope.apply(answers);
            float[] gradient = new float[pixels.length];
            for (int i = 0; i < gradient.length; i++) {
                for (int d = 0; d < DIMENSION; d++) {
                    gradient[i] += (float) (derivative.embeddings()[i / 3 * DIMENSION + d] * body[i % 3][d]);
                }
                for (int c = 0; c < CLASSES; c++) {
                    gradient[i] += (float) (derivative.logits()[i / 3 * CLASSES + c] * head[i % 3][c]);
                }
            }
            return new Gradient(answers.embeddings(), gradient);
        }

        @Override
        public Gradient gradient(float[] pixels, int count, int height, int width, UnaryOperator<float[]> slope) {
            throw new UnsupportedOperationException();
        }

        @Override
        public DifferentiableEncoder with(MetricHead behind) {
            throw new UnsupportedOperationException();
        }

        @Override
        public EncoderDescription description() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setWeights(float[] row) {
            throw new UnsupportedOperationException();
        }

        @Override
        public float[] tokens(float[] pixels, int count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }

    private double difference(TrainingGoal of, float[] values, int i) {
        float kept = values[i];
        values[i] = (float) (kept + STEP);
        double above = of.evaluate(found, PERTURBED).loss();
        values[i] = (float) (kept - STEP);
        double below = of.evaluate(found, PERTURBED).loss();
        values[i] = kept;
        return (above - below) / (2 * STEP);
    }

    @Test
    void withoutAddedTermsItIsTheMeanSquaredDistanceOfPerturbedRows() {
        double sum = 0;
        for (int i = 0; i < PERTURBED * DIMENSION; i++) {
            sum += Math.pow(found.embeddings()[i] - parent.embeddings()[i], 2);
        }

        TrainingGoal.Lowered lowered =
                new FareGoal(parent, new Recipe.Terms(0, 0), FareGoal.AS_PUBLISHED).evaluate(found, PERTURBED);

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
