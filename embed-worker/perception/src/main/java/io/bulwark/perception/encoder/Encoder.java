package io.bulwark.perception.encoder;

import io.bulwark.imaging.jpeg.JpegReduction;
import java.nio.ByteBuffer;
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
        return reduction.isNone()
                ? this
                : new DescribedEncoder(this, description().after(reduction));
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
}
