package io.bulwark.lab.attack.loss;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.Oracle;
import io.bulwark.perception.encoder.DifferentiableEncoder;

/**
 * A loss of an encoder's embeddings as a function of its input pixels: the track <i>pixels after resize</i>, where the
 * attacker sets what the encoder sees.
 *
 * @param encoder one that nothing else uses meanwhile
 * @param height of the pixels; the encoder's own, or another that its family takes
 * @param width of the pixels
 * @param loss behind the encoder
 */
public record EncoderObjective(DifferentiableEncoder encoder, int height, int width, EmbeddingLoss loss)
        implements Objective {

    /** At the encoder's own input size. */
    public static EncoderObjective of(DifferentiableEncoder encoder, EmbeddingLoss loss) {
        PreprocessSpec spec = encoder.description().preprocess();
        return new EncoderObjective(encoder, spec.height(), spec.width(), loss);
    }

    @Override
    public Scores ask(float[] pixels, int[] samples) {
        float[] embeddings = encoder.embed(pixels, samples.length, height, width);
        return loss.evaluate(embeddings, samples).scores();
    }

    @Override
    public Evaluation differentiate(float[] pixels, int[] samples) {
        Scores[] scores = new Scores[1];
        float[] gradient = encoder.gradient(pixels, samples.length, height, width, embeddings -> {
                    EmbeddingLoss.Values values = loss.evaluate(embeddings, samples);
                    scores[0] = values.scores();
                    return values.slope();
                })
                .inputGradient();
        return new Evaluation(scores[0], gradient);
    }

    /**
     * The squared Euclidean distance, summed over dimensions, of un-normalised embeddings from given ones: FARE's loss
     * (Schlarmann, Singh, Croce, Hein, "Robust CLIP", ICML 2024, equation 3). Raised, it drives pictures away from what
     * they were; {@linkplain #negated() negated}, towards a target. It never reports a sample as fooled: it makes no
     * decision.
     *
     * @param targets {@code [B, D]} row-major, one for each sample
     */
    public record SquaredDistance(float[] targets) implements EmbeddingLoss {

        @Override
        public Values evaluate(float[] embeddings, int[] samples) {
            int dimension = embeddings.length / samples.length;
            Oracle.Scores scores = new Oracle.Scores(new float[samples.length], new boolean[samples.length]);
            float[] slope = new float[embeddings.length];
            for (int row = 0; row < samples.length; row++) {
                double loss = 0;
                for (int d = 0; d < dimension; d++) {
                    float difference = embeddings[row * dimension + d] - targets[samples[row] * dimension + d];
                    loss += (double) difference * difference;
                    slope[row * dimension + d] = 2 * difference;
                }
                scores.losses()[row] = (float) loss;
            }
            return new Values(scores, slope);
        }
    }
}
