package io.bulwark.lab.attack.loss;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.Objective;
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
}
