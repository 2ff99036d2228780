package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.jpeg.JpegReduction;
import java.util.List;

/**
 * A preprocessor of pictures that were reduced in decoding.
 *
 * @param whole what makes the views
 * @param reduction what was done before
 */
record AfterReduction(Preprocessor whole, JpegReduction reduction) implements Preprocessor {

    @Override
    public List<View> views(Decoded picture) {
        return whole.views(picture);
    }

    @Override
    public List<View> judged(Decoded picture) {
        return whole.judged(picture);
    }

    @Override
    public String fingerprint() {
        return Fingerprint.of(whole.fingerprint() + " " + reduction.canonical());
    }

    @Override
    public PreprocessSpec spec() {
        return whole.spec();
    }
}
