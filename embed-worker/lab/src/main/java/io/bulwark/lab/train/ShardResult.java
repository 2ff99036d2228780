package io.bulwark.lab.train;

import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import java.util.Arrays;
import java.util.Optional;
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
 * @param next the shard for the next step that learns the same batch; empty where an inner attack perturbs each step
 */
record ShardResult(
        TrainingGoal.Lowered lowered,
        float[] gradient,
        Answers answers,
        Answers parent,
        int varied,
        int perturbed,
        Optional<Shard> next) {

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

    /**
     * Part of a batch, as one pass takes it.
     *
     * @param parents the pictures as the frozen encoder sees them
     * @param pixels {@code [labels.length, 3, height, width]} in [0, 1], as they are
     * @param labels of the pictures
     * @param everyday {@code [E, 3, height, width]}: everyday versions of the last E pictures, which are not perturbed
     * @param adversary who perturbs the others
     * @param start {@code [labels.length - E, 3, height, width]}: where the inner attack starts; with free gradients
     *     the perturbed pictures
     * @param known what the parent answered in an earlier step; null before the first
     */
    record Shard(
            Parents parents,
            float[] pixels,
            int height,
            int width,
            int[] labels,
            float[] everyday,
            TrainingGoal.Adversary adversary,
            float[] start,
            Answers known) {

        /** One that the parent has not answered yet. */
        Shard(
                Parents parents,
                float[] pixels,
                int height,
                int width,
                int[] labels,
                float[] everyday,
                TrainingGoal.Adversary adversary,
                float[] start) {
            this(parents, pixels, height, width, labels, everyday, adversary, start, null);
        }

        /**
         * The same pictures for the frozen encoder.
         *
         * @param pixels {@code [count, 3, height, width]} in [0, 1]
         */
        record Parents(float[] pixels, int height, int width) {}

        int count() {
            return labels.length;
        }

        /** The first {@code pictures} of the shard as they are. */
        float[] first(int pictures) {
            return Arrays.copyOf(pixels, pictures * 3 * height * width);
        }

        /**
         * The same with its perturbation moved.
         *
         * @param answered by the parent
         * @param gradient of the loss by the perturbed pictures; further rows are not read
         */
        Shard moved(Answers answered, float[] gradient) {
            int perturbed = perturbed();
            float[] moved = FreeGradients.moved(adversary.threat(), first(perturbed), start, gradient, perturbed);
            return new Shard(parents, pixels, height, width, labels, everyday, adversary, moved, answered);
        }

        /** How many pictures are perturbed: the first ones. */
        int perturbed() {
            return count() - everyday.length / (3 * height * width);
        }
    }

    /** Logits to probabilities. */
    static final class Softmax {

        private Softmax() {}

        /** Logarithms of the probabilities of one row. */
        static double[] logarithms(float[] logits, int from, int classes) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < classes; c++) {
                largest = Math.max(largest, logits[from + c]);
            }
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                sum += Math.exp(logits[from + c] - largest);
            }
            double normaliser = largest + Math.log(sum);
            double[] logarithms = new double[classes];
            for (int c = 0; c < classes; c++) {
                logarithms[c] = logits[from + c] - normaliser;
            }
            return logarithms;
        }

        /** The place of the largest value of one row; the first of equals. */
        static int top(float[] logits, int from, int classes) {
            int top = 0;
            for (int c = 1; c < classes; c++) {
                top = logits[from + c] > logits[from + top] ? c : top;
            }
            return top;
        }
    }
}
