package io.bulwark.lab.attack.loss;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Drives a query away from its answers in a gallery: lowered is a smooth average precision, in which each comparison of
 * two items' ranks is a sigmoid of how much more similar one is than the other (Brown et al., "Smooth-AP: Smoothing the
 * Path Towards Large-Scale Image Retrieval", ECCV 2020). Fooled is a query whose answers all come last: it has nothing
 * left to lose. Before that an attack goes on.
 *
 * @param gallery the embedding of each item, {@code [N][D]} of length 1
 * @param queries what each sample should find
 */
public record RetrievalLoss(float[][] gallery, List<Wanted> queries) implements EmbeddingLoss.Row {

    /**
     * Difference of cosines over which a comparison turns. Its authors train with a fifth of that; here items that are
     * far apart must still have a slope.
     */
    private static final double TEMPERATURE = 0.05;

    /**
     * Items of the gallery by what they are to a query. Items that count neither way are in neither.
     *
     * @param answers at least one
     * @param others what must not rank before them
     */
    public record Wanted(int[] answers, int[] others) {}

    @Override
    public Score of(int sample, float[] embedding, float[] slope) {
        UnitEmbedding unit = UnitEmbedding.of(embedding);
        Wanted wanted = queries.get(sample);
        double[] answers = similarities(unit, wanted.answers());
        double[] others = similarities(unit, wanted.others());
        double[] byAnswer = new double[answers.length];
        double[] byOther = new double[others.length];
        double precision = 0;
        for (int i = 0; i < answers.length; i++) {
            precision += precision(i, answers, others, byAnswer, byOther);
        }
        double[] byUnit = new double[slope.length];
        add(byUnit, wanted.answers(), byAnswer, -1.0 / answers.length);
        add(byUnit, wanted.others(), byOther, -1.0 / answers.length);
        unit.pullBack(byUnit, slope);
        return new Score(-precision / answers.length, isLost(answers, others));
    }

    private double[] similarities(UnitEmbedding unit, int[] items) {
        double[] similarities = new double[items.length];
        for (int i = 0; i < items.length; i++) {
            similarities[i] = unit.dot(gallery[items[i]]);
        }
        return similarities;
    }

    /** Precision at the smooth rank of an answer; its derivatives by all similarities are added. */
    private static double precision(int at, double[] answers, double[] others, double[] byAnswer, double[] byOther) {
        double before = 1;
        for (int j = 0; j < answers.length; j++) {
            before += j == at ? 0 : isBefore(answers[j], answers[at]);
        }
        double rank = before;
        for (double other : others) {
            rank += isBefore(other, answers[at]);
        }
        for (int j = 0; j < answers.length; j++) {
            double slope = j == at ? 0 : slope(answers[j], answers[at]) * (rank - before) / (rank * rank);
            byAnswer[j] += slope;
            byAnswer[at] -= slope;
        }
        for (int j = 0; j < others.length; j++) {
            double slope = slope(others[j], answers[at]) * before / (rank * rank);
            byOther[j] -= slope;
            byAnswer[at] += slope;
        }
        return before / rank;
    }

    private static double isBefore(double one, double other) {
        return 1 / (1 + Math.exp((other - one) / TEMPERATURE));
    }

    private static double slope(double one, double other) {
        double before = isBefore(one, other);
        return before * (1 - before) / TEMPERATURE;
    }

    private void add(double[] byUnit, int[] items, double[] byItem, double weight) {
        for (int i = 0; i < items.length; i++) {
            UnitEmbedding.add(byUnit, gallery[items[i]], weight * byItem[i]);
        }
    }

    private static boolean isLost(double[] answers, double[] others) {
        double best = DoubleStream.of(answers).max().orElseThrow();
        return others.length > 0 && DoubleStream.of(others).allMatch(other -> other > best);
    }
}
