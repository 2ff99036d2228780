package io.bulwark.lab.evaluate.paper;

import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.evaluate.KnnTask.Labelled;
import io.bulwark.lab.evaluate.Task;
import io.bulwark.lab.train.AdamW;
import io.bulwark.lab.train.Recipe.LearningRate;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Classification by a linear head on unit embeddings, as LAION's predictors put one on CLIP's: a softmax regression that
 * learns the references' classes. The encoder stays as it is. Attackers perturb the query and know the head.
 *
 * @param references that are learnt, of at least two classes
 * @param queries whose classes are asked for
 */
record LinearHeadTask(List<Labelled> references, List<Labelled> queries) implements Task {

    LinearHeadTask {
        references = List.copyOf(references);
        queries = List.copyOf(queries);
    }

    @Override
    public String name() {
        return "linear-head";
    }

    @Override
    public List<PictureSource> pictures() {
        return queries.stream().map(Labelled::picture).toList();
    }

    @Override
    public String canonical() {
        return "%s; references %s; queries %s".formatted(LinearHead.RECIPE, canonical(references), canonical(queries));
    }

    private static String canonical(List<Labelled> pictures) {
        return pictures.stream()
                .map(one -> one.picture().name() + "=" + one.label())
                .collect(Collectors.joining(" "));
    }

    @Override
    public int prepared() {
        return references.size();
    }

    @Override
    public Task.Scorer judge(EvaluatedEncoder encoder, IntConsumer embedded) {
        float[][] rows =
                encoder.embed(references.stream().map(Labelled::picture).toList(), embedded);
        List<String> classes =
                List.copyOf(references.stream().map(Labelled::label).collect(Collectors.toCollection(TreeSet::new)));
        int[] taught = places(references, classes);
        int[] asked = places(queries, classes);
        LinearHead head = LinearHead.taught(rows, taught, classes.size());
        EmbeddingLoss.Row loss = (question, embedding, slope) -> head.margin(embedding, asked[question], slope);
        return new Task.Scorer() {
            @Override
            public double score(int question, float[] embedding) {
                return head.top(embedding) == asked[question] ? 1 : 0;
            }

            @Override
            public EmbeddingLoss loss() {
                return loss.batched();
            }
        };
    }

    private static int[] places(List<Labelled> pictures, List<String> classes) {
        return pictures.stream().mapToInt(one -> classes.indexOf(one.label())).toArray();
    }

    /**
     * Logits {@code W u + b} of unit embeddings u.
     *
     * @param weights {@code [C, D]} row-major, then {@code [C]} biases
     */
    record LinearHead(float[] weights, int classes, int dimension) {

        static final String RECIPE = "softmax regression on unit embeddings, AdamW 0.1 to 0 in 300 steps, decay 1e-3";

        private static final int STEPS = 300;
        private static final double RATE = 0.1;
        private static final double WEIGHT_DECAY = 1e-3;

        /**
         * Learns from all rows at each step, from zeros: no seed, and the same rows give the same head.
         *
         * @param rows {@code [N][D]}, any length
         * @param labels the class of each row
         */
        static LinearHead taught(float[][] rows, int[] labels, int classes) {
            int dimension = rows[0].length;
            float[][] units = new float[rows.length][];
            for (int i = 0; i < rows.length; i++) {
                units[i] = UnitEmbedding.of(rows[i]).values();
            }
            LinearHead head = new LinearHead(new float[classes * (dimension + 1)], classes, dimension);
            int length = head.weights.length;
            AdamW adam = new AdamW(new float[length], new float[length], 0, WEIGHT_DECAY);
            LearningRate rate = LearningRate.cosine(RATE, 0, STEPS);
            for (int step = 0; step < STEPS; step++) {
                float[] gradient = new float[length];
                for (int i = 0; i < units.length; i++) {
                    double[] byLogit = new double[classes];
                    LogitLoss.CROSS_ENTROPY.evaluate(head.logits(units[i]), labels[i], labels[i], byLogit);
                    head.add(gradient, units[i], byLogit, 1.0 / units.length);
                }
                adam.step(head.weights, gradient, rate.at(step));
            }
            return head;
        }

        private double[] logits(float[] unit) {
            double[] logits = new double[classes];
            for (int c = 0; c < classes; c++) {
                double sum = weights[classes * dimension + c];
                for (int d = 0, at = c * dimension; d < dimension; d++, at++) {
                    sum += (double) weights[at] * unit[d];
                }
                logits[c] = sum;
            }
            return logits;
        }

        private void add(float[] gradient, float[] unit, double[] byLogit, double share) {
            for (int c = 0; c < classes; c++) {
                float by = (float) (byLogit[c] * share);
                for (int d = 0, at = c * dimension; d < dimension; d++, at++) {
                    gradient[at] += by * unit[d];
                }
                gradient[classes * dimension + c] += by;
            }
        }

        /** The class of the greatest logit; the first of equals. */
        int top(float[] embedding) {
            double[] logits = logits(UnitEmbedding.of(embedding).values());
            int top = 0;
            for (int c = 1; c < classes; c++) {
                top = logits[c] > logits[top] ? c : top;
            }
            return top;
        }

        /** @param slope {@code [D]}, written: of the margin by the embedding */
        EmbeddingLoss.Row.Score margin(float[] embedding, int label, float[] slope) {
            UnitEmbedding unit = UnitEmbedding.of(embedding);
            double[] byLogit = new double[classes];
            EmbeddingLoss.Row.Score score = LogitLoss.MARGIN.evaluate(logits(unit.values()), label, label, byLogit);
            double[] byUnit = new double[dimension];
            for (int c = 0; c < classes; c++) {
                for (int d = 0, at = c * dimension; d < dimension; d++, at++) {
                    byUnit[d] += byLogit[c] * weights[at];
                }
            }
            unit.pullBack(byUnit, slope);
            return score;
        }
    }
}
