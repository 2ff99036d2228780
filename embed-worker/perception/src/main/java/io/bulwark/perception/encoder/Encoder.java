package io.bulwark.perception.encoder;

import io.bulwark.imaging.jpeg.JpegReduction;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * A frozen image encoder: views of images in, embeddings out.
 *
 * <p>One thread at a time calls {@link #embed}, always the same platform thread (libtorch keeps caches per thread). An
 * encoder for inference never computes gradients; attacks and training open a second, trainable instance.
 */
public interface Encoder extends AutoCloseable {

    /** What this encoder is: fingerprint, input size, dimension, classes of its head. */
    EncoderDescription description();

    /**
     * Embeds a batch of views.
     *
     * @param views direct buffer, {@code [count, height, width, 3]} unsigned bytes, RGB, from its position on; its
     *     position is left as it was
     * @param count images in the batch, at least 1; {@link BatchShapes} says which counts are warm
     * @return unit embeddings and, where the package has a head, class probabilities, in the order of the views
     * @throws EncoderException if the device fails
     */
    Embeddings embed(ByteBuffer views, int count);

    /** This encoder, described by {@link EncoderDescription#after}. Closing the one closes the other. */
    default Encoder after(JpegReduction reduction) {
        if (reduction.isNone()) {
            return this;
        }
        Encoder encoder = this;
        EncoderDescription described = description().after(reduction);
        return new Encoder() {

            @Override
            public EncoderDescription description() {
                return described;
            }

            @Override
            public Embeddings embed(ByteBuffer views, int count) {
                return encoder.embed(views, count);
            }

            @Override
            public Optional<Encoder> another() {
                return encoder.another().map(other -> other.after(reduction));
            }

            @Override
            public void close() {
                encoder.close();
            }
        };
    }

    /**
     * The same encoder for another thread, on the same weights: both may be used at once, and each is closed for itself.
     * Called on the thread that will use it.
     *
     * @return none where a second thread needs its own weights, or this one is closed
     */
    default Optional<Encoder> another() {
        return Optional.empty();
    }

    @Override
    void close();

    /**
     * The encoder's answer to one batch.
     *
     * @param count images, B
     * @param dimension length of an embedding, D
     * @param values {@code [B, D]} row-major, every row of Euclidean length 1
     * @param headProbabilities {@code [B, C]} row-major, every row sums to 1; length 0 where the package has no head
     */
    record Embeddings(int count, int dimension, float[] values, float[] headProbabilities) {

        /** A copy of row {@code index}. */
        public float[] embedding(int index) {
            return Arrays.copyOfRange(values, index * dimension, (index + 1) * dimension);
        }

        /** A copy of the head's answer for image {@code index}; empty where there is no head. */
        public float[] classProbabilities(int index) {
            int classes = headProbabilities.length / count;
            return Arrays.copyOfRange(headProbabilities, index * classes, (index + 1) * classes);
        }
    }

    /** The device or the native library failed while embedding; the batch may be tried again on a new encoder. */
    class EncoderException extends RuntimeException {

        public EncoderException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
