package io.bulwark.lab.attack.loss;

import io.bulwark.lab.attack.Oracle.Scores;
import java.util.Arrays;

/** A loss of embeddings: the part of an objective that lies behind the encoder. One thread at a time. */
public interface EmbeddingLoss {

    /**
     * Evaluates a batch.
     *
     * @param embeddings {@code [samples.length, D]} row-major, not normalised
     * @param samples whose embeddings the rows are
     */
    Values evaluate(float[] embeddings, int[] samples);

    /**
     * Losses and their slopes.
     *
     * @param scores of each row
     * @param slope {@code [samples.length, D]}: {@code d loss_i / d embedding_i}
     */
    record Values(Scores scores, float[] slope) {}

    /** The same, to be lowered: its negative. Who is fooled stays. */
    default EmbeddingLoss negated() {
        return (embeddings, samples) -> {
            Values values = evaluate(embeddings, samples);
            Scores scores = new Scores(
                    negative(values.scores().losses()), values.scores().fooled());
            return new Values(scores, negative(values.slope()));
        };
    }

    private static float[] negative(float[] values) {
        float[] negative = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            negative[i] = -values[i];
        }
        return negative;
    }

    /** A loss whose rows have nothing to do with each other. */
    @FunctionalInterface
    interface Row {

        /**
         * Evaluates one embedding.
         *
         * @param sample whose
         * @param embedding {@code [D]}, not normalised
         * @param slope {@code [D]} of zeros, to be filled with {@code d loss / d embedding}
         */
        Score of(int sample, float[] embedding, float[] slope);

        /** One row's loss, and whether the decision is the attacker's. */
        record Score(double loss, boolean fooled) {}

        /** The loss of batches. */
        default EmbeddingLoss batched() {
            return (embeddings, samples) -> {
                int dimension = embeddings.length / samples.length;
                Scores scores = new Scores(new float[samples.length], new boolean[samples.length]);
                float[] slopes = new float[embeddings.length];
                for (int row = 0; row < samples.length; row++) {
                    float[] slope = new float[dimension];
                    Score score = of(
                            samples[row],
                            Arrays.copyOfRange(embeddings, row * dimension, (row + 1) * dimension),
                            slope);
                    scores.losses()[row] = (float) score.loss();
                    scores.fooled()[row] = score.fooled();
                    System.arraycopy(slope, 0, slopes, row * dimension, dimension);
                }
                return new Values(scores, slopes);
            };
        }
    }
}
