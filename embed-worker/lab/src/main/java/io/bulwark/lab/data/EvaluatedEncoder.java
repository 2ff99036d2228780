package io.bulwark.lab.data;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderDescription;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * An encoder under evaluation: the differentiable instance, which both answers and is attacked, so that a decision is
 * judged by the very numbers that were attacked. One thread at a time. Does not own the encoder.
 *
 * @param encoder in fp32
 * @param reader of pictures at the encoder's input
 * @param batch pictures embedded or attacked at once
 */
public record EvaluatedEncoder(DifferentiableEncoder encoder, ExactPictureReader reader, int batch) {

    public EvaluatedEncoder {
        if (batch < 1) {
            throw new IllegalArgumentException("batch is " + batch + ", allowed are 1 and more");
        }
    }

    /** With the encoder's own preprocessing. */
    public static EvaluatedEncoder of(DifferentiableEncoder encoder, int batch) {
        return new EvaluatedEncoder(
                encoder, new ExactPictureReader(encoder.description().preprocess()), batch);
    }

    /** The same encoder, to which pictures come in another way. */
    public EvaluatedEncoder seeing(PreprocessSpec spec) {
        return new EvaluatedEncoder(encoder, new ExactPictureReader(spec), batch);
    }

    /** What it is. */
    public EncoderDescription description() {
        return encoder.description();
    }

    /**
     * Pictures as the encoder takes them.
     *
     * @return {@code [sources, 3, H, W]} in [0, 1]
     */
    public float[] planes(List<? extends PictureSource> sources) {
        return reader.planes(sources);
    }

    /**
     * Uploads as the encoder sees them, through its own preprocessing whatever their size.
     *
     * @return {@code [uploads, 3, H, W]} in [0, 1]
     */
    public float[] planesOfUploads(List<UprightPicture> uploads) {
        return reader.planesOfUploads(uploads);
    }

    /**
     * Embeds pictures.
     *
     * @param done told how many more are done, batch by batch
     * @return {@code [sources][D]}, not normalised
     */
    public float[][] embed(List<? extends PictureSource> sources, IntConsumer done) {
        float[][] rows = new float[sources.size()][];
        for (int from = 0; from < rows.length; from += batch) {
            List<? extends PictureSource> part = sources.subList(from, Math.min(rows.length, from + batch));
            float[] embeddings = encoder.embed(planes(part), part.size());
            int dimension = embeddings.length / part.size();
            for (int i = 0; i < part.size(); i++) {
                rows[from + i] = java.util.Arrays.copyOfRange(embeddings, i * dimension, (i + 1) * dimension);
            }
            done.accept(part.size());
        }
        return rows;
    }
}
