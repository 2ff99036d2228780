package io.bulwark.lab.train;

import io.bulwark.perception.encoder.Answers;
import java.util.stream.IntStream;

/**
 * Result of a shard.
 *
 * @param lowered the loss before the step, and which rows were right
 * @param gradient by each weight
 * @param answers of the tuned encoder: perturbed rows, rows of everyday versions, then clean ones
 * @param parent of the frozen one; empty where it was not asked
 * @param varied how many rows are not clean
 * @param perturbed how many of those are perturbed
 */
record ShardResult(
        TrainingGoal.Lowered lowered, float[] gradient, Answers answers, Answers parent, int varied, int perturbed) {

    /** Mean cosine similarity of the perturbed rows to the parent's of the clean pictures; NaN where there are none. */
    double robustCosine() {
        return cosine(0, perturbed);
    }

    /** The same of the clean rows; NaN where there are none. */
    double cleanCosine() {
        return cosine(varied, answers.count());
    }

    /** The same of the everyday versions; NaN where there are none. */
    double everydayCosine() {
        return cosine(perturbed, varied);
    }

    /** Share of clean rows that the classifier gives the class that it gives the parent; NaN where there are none. */
    double headAgreement() {
        int classes = answers.logits().length / answers.count();
        if (classes == 0 || parent.logits().length == 0 || answers.count() == varied) {
            return Double.NaN;
        }
        int same = 0;
        for (int row = varied; row < answers.count(); row++) {
            int wanted = Softmax.top(parent.logits(), (row - varied) * classes, classes);
            same += Softmax.top(answers.logits(), row * classes, classes) == wanted ? 1 : 0;
        }
        return (double) same / (answers.count() - varied);
    }

    double loss() {
        return lowered.loss();
    }

    /** Share of perturbed rows that are given their class; NaN where the goal knows no classes. */
    double robustAccuracy() {
        return accuracy(0, perturbed);
    }

    /** The same of the clean rows; NaN where there are none. */
    double cleanAccuracy() {
        return accuracy(varied, answers.count());
    }

    private double accuracy(int from, int to) {
        boolean[] right = lowered.right();
        return right.length == 0
                ? Double.NaN
                : IntStream.range(from, to)
                        .mapToDouble(row -> right[row] ? 1 : 0)
                        .average()
                        .orElse(Double.NaN);
    }

    private double cosine(int from, int to) {
        if (parent.embeddings().length == 0) {
            return Double.NaN;
        }
        int dimension = answers.embeddings().length / answers.count();
        double sum = 0;
        for (int row = from; row < to; row++) {
            int sample = row < varied ? row : row - varied;
            double dot = 0;
            double own = 0;
            double other = 0;
            for (int d = 0; d < dimension; d++) {
                double a = answers.embeddings()[row * dimension + d];
                double b = parent.embeddings()[sample * dimension + d];
                dot += a * b;
                own += a * a;
                other += b * b;
            }
            sum += dot / Math.max(1e-12, Math.sqrt(own * other));
        }
        return sum / (to - from);
    }
}
