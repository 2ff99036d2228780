package io.bulwark.perception.encoder;

import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import java.util.List;

/**
 * What an encoder is.
 *
 * @param fingerprint SHA-256 of program, weights, precision class and preprocessing, lower-case hexadecimal; embeddings
 *     of different fingerprints are never compared
 * @param name the package's name, for people
 * @param family the program's family, such as {@code mobilenet-v2} or {@code open-clip-vit}
 * @param dimension length of an embedding
 * @param precision {@code fp32}, {@code bf16} or {@code fp16}, as resolved
 * @param preprocess input size, interpolation and the rest of what happens between decoder and encoder
 * @param headClasses classes of the classifier head in the order of its output, empty where there is none
 */
public record EncoderDescription(
        String fingerprint,
        String name,
        String family,
        int dimension,
        String precision,
        PreprocessSpec preprocess,
        List<String> headClasses) {

    public EncoderDescription {
        headClasses = List.copyOf(headClasses);
    }

    /**
     * What a policy's numbers hold for where another encoder holds back this one's SAFE: both fingerprints, joined by a
     * plus. Numbers of a pair are those of neither alone.
     */
    public String pairedWith(EncoderDescription twin) {
        return fingerprint + "+" + twin.fingerprint;
    }

    /**
     * This encoder fed with pictures that were decoded otherwise than whole: with its own fingerprint, because a bank
     * of the one must not answer for the other.
     */
    public EncoderDescription after(JpegReduction reduction) {
        if (reduction.isNone()) {
            return this;
        }
        String fed =
                new Fingerprints().text(fingerprint).text(reduction.canonical()).hex();
        return new EncoderDescription(fed, name, family, dimension, precision, preprocess, headClasses);
    }
}
