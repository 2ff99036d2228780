package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.jpeg.JpegReduction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decoded pictures in, views for the encoder out. Immutable but for a cache of weights; any thread. */
public interface Preprocessor {

    /**
     * The views of a picture, at least one, in an order that does not change.
     *
     * @return each {@code [spec height, spec width, 3]}
     */
    List<View> views(Decoded picture);

    /**
     * The views of a picture that are judged, at least one: each array of pixels once, none without content beside
     * others, and not more than {@value ModerationOptions#MOST_VIEWS} before they are turned and mirrored.
     * {@link View#isPlain}, {@link View#isCoarse} and {@link View#isSampled} say of their names what is left open.
     *
     * @return each {@code [spec height, spec width, 3]}
     */
    default List<View> judged(Decoded picture) {
        return views(picture);
    }

    /**
     * The looks that another preprocessor judges of the same picture, in this one's input: a twin sees what its encoder
     * sees, although pixels that are alike in one input may not be in the other.
     *
     * @param names of the other's views, by {@link #judged(Decoded)} under the same policy, options and key
     * @return one for each name, in their order
     * @throws IllegalArgumentException if this preprocessor has no such look
     */
    default List<View> judged(Decoded picture, List<String> names) {
        Map<String, View> all = new HashMap<>();
        views(picture).forEach(view -> all.put(view.name(), view));
        return names.stream()
                .map(name -> {
                    View view = all.get(View.look(name));
                    if (view == null) {
                        throw new IllegalArgumentException(
                                "The picture has no look " + View.look(name) + ", those it has are " + all.keySet());
                    }
                    return new View(name, view.pixels());
                })
                .toList();
    }

    /**
     * SHA-256, lower-case hexadecimal, of everything that changes a pixel of a view: views of different fingerprints
     * are not to be compared.
     */
    String fingerprint();

    /** What the encoder asks for. */
    PreprocessSpec spec();

    /** This preprocessor behind a decoder that reduces: the same views, under another fingerprint. */
    default Preprocessor after(JpegReduction reduction) {
        return reduction.isNone() ? this : new ModerationPreprocessor.AfterReduction(this, reduction);
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
     * Nothing hides: orientation applied, 16 bits cut to the high eight, colours in sRGB, transparency seen over white
     * and over black, and the parts that the policy names.
     *
     * @throws IllegalArgumentException if quarter turns are asked of an encoder whose input is not square
     */
    static Preprocessor moderation(PreprocessSpec spec, ViewPolicy policy, ModerationOptions options) {
        return moderation(spec, policy, options, SamplingKey.publicKey());
    }

    /**
     * The same by a deployment's own key, which the fingerprint does not hold: views of different keys are of the same
     * kind, and a policy that is calibrated with one promises as much of another.
     *
     * @param key by which it is drawn what is looked at in detail
     */
    static Preprocessor moderation(PreprocessSpec spec, ViewPolicy policy, ModerationOptions options, SamplingKey key) {
        return new ModerationPreprocessor(spec, policy, options, key);
    }
}
