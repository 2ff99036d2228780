package io.bulwark.lab.train;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.EncoderObjective.SquaredDistance;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import java.util.function.UnaryOperator;

/**
 * FARE: the tuned encoder's embedding of a perturbed picture is drawn to the frozen one's of the picture as it is, by
 * the squared Euclidean distance summed over dimensions, un-normalised (Schlarmann et al., ICML 2024, equation 3). No
 * labels.
 *
 * <p>Two terms may be added where a classifier sits behind the embedding and its answers shall stay: the same distance
 * on pictures as they are, and the Kullback-Leibler divergence of the classifier's answers from those it gives the
 * parent.
 *
 * <p>With a scale each dimension's square is multiplied by a number, and the inner attack raises the divergence
 * together with the distance, as the descent lowers it: distillation of a robust student (Goldblum et al., AAAI 2020).
 * The weight of pictures as they are holds for both terms then.
 *
 * @param parent what the frozen encoder answered
 * @param terms their weights
 * @param scale factor of each dimension's square, {@code [D]}; {@link #AS_PUBLISHED} for FARE
 */
record FareGoal(Answers parent, Recipe.Terms terms, float[] scale) implements TrainingGoal {

    /** No scale: each dimension counts alike, and the inner attack raises the distance alone. */
    static final float[] AS_PUBLISHED = {};

    @Override
    public EmbeddingLoss inner() {
        return new SquaredDistance(parent.embeddings());
    }

    @Override
    public Objective objective(DifferentiableEncoder attacked, int height, int width) {
        return scale.length == 0
                ? TrainingGoal.super.objective(attacked, height, width)
                : new Distillation(attacked, height, width);
    }

    /** The sum of both terms of each picture. */
    private final class Distillation implements Objective {

        private final DifferentiableEncoder attacked;
        private final int height;
        private final int width;

        Distillation(DifferentiableEncoder attacked, int height, int width) {
            this.attacked = attacked;
            this.height = height;
            this.width = width;
        }

        @Override
        public Scores ask(float[] pixels, int[] samples) {
            return evaluate(attacked.answer(pixels, samples.length, height, width), samples, new Answers[1]);
        }

        @Override
        public Evaluation differentiate(float[] pixels, int[] samples) {
            Scores[] scores = new Scores[1];
            UnaryOperator<Answers> slope = answers -> {
                Answers[] derivative = new Answers[1];
                scores[0] = evaluate(answers, samples, derivative);
                return derivative[0];
            };
            float[] gradient = attacked.answerGradient(pixels, samples.length, height, width, slope)
                    .inputGradient();
            return new Evaluation(scores[0], gradient);
        }

        private Oracle.Scores evaluate(Answers answers, int[] samples, Answers[] derivative) {
            Slopes slopes = new Slopes(answers);
            float[] losses = new float[samples.length];
            for (int row = 0; row < samples.length; row++) {
                losses[row] = (float) slopes.add(row, samples[row], 1, terms.head());
            }
            derivative[0] = slopes.answers();
            return new Oracle.Scores(losses, new boolean[samples.length]);
        }
    }

    @Override
    public Lowered evaluate(Answers answers, int perturbed) {
        int rows = answers.count();
        Slopes slopes = new Slopes(answers);
        double loss = 0;
        for (int row = 0; row < rows; row++) {
            int sample = row < perturbed ? row : row - perturbed;
            double share = 1.0 / (row < perturbed ? perturbed : rows - perturbed);
            double weight = share * (row < perturbed ? 1 : terms.clean());
            loss += slopes.add(row, sample, weight, (scale.length == 0 ? share : weight) * terms.head());
        }
        return new Lowered(loss, slopes.answers(), new boolean[0]);
    }

    /** The terms of some answers, and their derivatives by them. */
    private final class Slopes {

        private final Answers found;
        private final int dimension;
        private final int classes;
        private final float[] embeddings;
        private final float[] logits;

        Slopes(Answers found) {
            this.found = found;
            this.dimension = found.embeddings().length / found.count();
            this.classes = terms.head() > 0 ? found.logits().length / found.count() : 0;
            this.embeddings = new float[found.embeddings().length];
            this.logits = new float[found.count() * classes];
        }

        /** A row's terms, their derivatives added. */
        double add(int row, int sample, double weight, double headWeight) {
            double loss = weight * distance(row, sample, weight);
            return classes > 0 ? loss + headWeight * divergence(row, sample, headWeight) : loss;
        }

        private double distance(int row, int sample, double weight) {
            double squares = 0;
            for (int d = 0; d < dimension; d++) {
                int at = row * dimension + d;
                float difference = found.embeddings()[at] - parent.embeddings()[sample * dimension + d];
                double factor = scale.length == 0 ? 1 : scale[d];
                squares += factor * difference * difference;
                embeddings[at] = (float) (2 * weight * factor * difference);
            }
            return squares;
        }

        private double divergence(int row, int sample, double weight) {
            double[] wanted = ShardResult.Softmax.logarithms(parent.logits(), sample * classes, classes);
            double[] answered = ShardResult.Softmax.logarithms(found.logits(), row * classes, classes);
            double divergence = 0;
            for (int c = 0; c < classes; c++) {
                double probability = Math.exp(wanted[c]);
                divergence += probability * (wanted[c] - answered[c]);
                logits[row * classes + c] = (float) (weight * (Math.exp(answered[c]) - probability));
            }
            return divergence;
        }

        Answers answers() {
            return new Answers(found.count(), embeddings, logits);
        }
    }
}
