package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.jpeg.JpegReduction;
import java.util.List;

/** Decoded pictures in, views for the encoder out. Immutable but for a cache of weights; any thread. */
public interface Preprocessor {

    /**
     * The views of a picture, at least one, in an order that does not change.
     *
     * @return each {@code [spec height, spec width, 3]}
     */
    List<View> views(Decoded picture);

    /**
     * SHA-256, lower-case hexadecimal, of everything that changes a pixel of a view: views of different fingerprints
     * are not to be compared.
     */
    String fingerprint();

    /** What the encoder asks for. */
    PreprocessSpec spec();

    /** This preprocessor behind a decoder that reduces: the same views, under a fingerprint of their own. */
    default Preprocessor after(JpegReduction reduction) {
        return reduction.isNone() ? this : new AfterReduction(this, reduction);
    }

    /** The originals, bit for bit: one view named {@code exact} of the first frame. */
    static Preprocessor exact(PreprocessSpec spec) {
        return new ExactPreprocessor(spec);
    }

    /** Nothing hides: {@link #moderation(PreprocessSpec, ViewPolicy, ModerationOptions)} with standard options. */
    static Preprocessor moderation(PreprocessSpec spec, ViewPolicy policy) {
        return moderation(spec, policy, ModerationOptions.standard());
    }

    /**
     * Nothing hides: orientation applied, 16 bits cut to the high eight, colours in sRGB, transparency seen over white and
     * over black, and the parts that the policy names.
     *
     * @throws IllegalArgumentException if quarter turns are asked of an encoder whose input is not square
     */
    static Preprocessor moderation(PreprocessSpec spec, ViewPolicy policy, ModerationOptions options) {
        return moderation(spec, policy, options, SamplingKey.publicKey());
    }

    /**
     * The same by a deployment's own key, which the fingerprint does not hold: views of different keys are of the same kind,
     * and a policy that is calibrated with one promises as much of another.
     *
     * @param key by which it is drawn what is looked at in detail
     */
    static Preprocessor moderation(PreprocessSpec spec, ViewPolicy policy, ModerationOptions options, SamplingKey key) {
        return new ModerationPreprocessor(spec, policy, options, key);
    }
}
