package io.bulwark.lab.invert;

import io.bulwark.lab.attack.Oracle.Scores;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.UnitEmbedding;
import java.util.List;

/**
 * Where an embedding is to point: the score of an embedding is its unit row times the direction.
 *
 * @param name for people
 * @param direction {@code [D]}, of any length but zero; not modified
 */
public record InversionTarget(String name, float[] direction) {

    private static final double SHORTEST = 1e-6;

    public InversionTarget {
        double length = UnitEmbedding.of(direction).length();
        if (!(length > SHORTEST && length < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "the target '%s' has no direction: its length is %s; name two that differ, or another picture"
                            .formatted(name, length));
        }
    }

    /** An embedding's own direction: of a picture or a text. */
    public static InversionTarget of(String name, float[] embedding) {
        return new InversionTarget(name, UnitEmbedding.of(embedding).values());
    }

    /**
     * The mean of unit rows, at length 1: a label's references.
     *
     * @param embeddings at least one, of any length
     */
    public static InversionTarget mean(String name, List<float[]> embeddings) {
        if (embeddings.isEmpty()) {
            throw new IllegalArgumentException("there is nothing to take the mean of for '" + name + "'");
        }
        float[] sum = new float[embeddings.get(0).length];
        for (float[] embedding : embeddings) {
            float[] unit = UnitEmbedding.of(embedding).values();
            for (int d = 0; d < sum.length; d++) {
                sum[d] += unit[d] / embeddings.size();
            }
        }
        return of(name, sum);
    }

    /**
     * More like the one, less like the other: the cosine with the one minus {@code weight} times that with the other.
     */
    public static InversionTarget difference(InversionTarget more, InversionTarget less, double weight) {
        float[] direction = more.direction.clone();
        for (int d = 0; d < direction.length; d++) {
            direction[d] -= (float) (weight * less.direction[d]);
        }
        return new InversionTarget("%s, less %s".formatted(more.name, less.name), direction);
    }

    /** What an ascent raises: of each sample the score for its target. It never reports a sample as fooled. */
    static EmbeddingLoss loss(List<InversionTarget> targets) {
        EmbeddingLoss.Row row = (sample, embedding, slope) -> {
            float[] direction = targets.get(sample).direction;
            UnitEmbedding unit = UnitEmbedding.of(embedding);
            double[] byUnit = new double[direction.length];
            for (int d = 0; d < byUnit.length; d++) {
                byUnit[d] = direction[d];
            }
            unit.pullBack(byUnit, slope);
            return new EmbeddingLoss.Row.Score(unit.dot(direction), false);
        };
        return row.batched();
    }

    /** The scores of embeddings, each for the target of its row. */
    static Scores scores(List<InversionTarget> targets, float[] embeddings) {
        int[] samples = new int[targets.size()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = i;
        }
        return loss(targets).evaluate(embeddings, samples).scores();
    }
}
