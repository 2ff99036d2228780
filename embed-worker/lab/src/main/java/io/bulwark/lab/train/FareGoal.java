package io.bulwark.lab.train;

import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.SquaredDistance;
import io.bulwark.perception.encoder.Answers;

/**
 * FARE: the tuned encoder's embedding of a perturbed picture is drawn to the frozen one's of the picture as it is, by the
 * squared Euclidean distance summed over dimensions, un-normalised (Schlarmann et al., ICML 2024, equation 3). No labels.
 *
 * <p>Two terms may be added where a classifier sits behind the embedding and its answers shall stay: the same distance on
 * pictures as they are, and the Kullback-Leibler divergence of the classifier's answers from those it gives the parent.
 *
 * @param parent what the frozen encoder answered
 * @param terms their weights
 */
record FareGoal(Answers parent, Recipe.Terms terms) implements TrainingGoal {

    @Override
    public EmbeddingLoss inner() {
        return new SquaredDistance(parent.embeddings());
    }

    @Override
    public Lowered evaluate(Answers answers, int perturbed) {
        int rows = answers.count();
        int dimension = answers.embeddings().length / rows;
        int classes = terms.head() > 0 ? answers.logits().length / rows : 0;
        float[] slope = new float[answers.embeddings().length];
        float[] logitSlope = new float[rows * classes];
        double loss = 0;
        for (int row = 0; row < rows; row++) {
            int sample = row < perturbed ? row : row - perturbed;
            double share = 1.0 / (row < perturbed ? perturbed : rows - perturbed);
            double weight = share * (row < perturbed ? 1 : terms.clean());
            loss += weight * distance(answers, row, sample, dimension, weight, slope);
            if (classes > 0) {
                double headWeight = share * terms.head();
                loss += headWeight * divergence(answers, row, sample, classes, headWeight, logitSlope);
            }
        }
        return new Lowered(loss, new Answers(rows, slope, logitSlope), new boolean[0]);
    }

    private double distance(Answers answers, int row, int sample, int dimension, double weight, float[] slope) {
        double squares = 0;
        for (int d = 0; d < dimension; d++) {
            float difference = answers.embeddings()[row * dimension + d] - parent.embeddings()[sample * dimension + d];
            squares += (double) difference * difference;
            slope[row * dimension + d] = (float) (2 * weight * difference);
        }
        return squares;
    }

    private double divergence(Answers answers, int row, int sample, int classes, double weight, float[] slope) {
        double[] wanted = Softmax.logarithms(parent.logits(), sample * classes, classes);
        double[] found = Softmax.logarithms(answers.logits(), row * classes, classes);
        double divergence = 0;
        for (int c = 0; c < classes; c++) {
            double probability = Math.exp(wanted[c]);
            divergence += probability * (wanted[c] - found[c]);
            slope[row * classes + c] = (float) (weight * (Math.exp(found[c]) - probability));
        }
        return divergence;
    }
}
