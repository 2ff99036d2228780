package io.bulwark.service.pipeline;

import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.preprocess.View;
import java.util.List;

/** Pictures to views for the encoder. Any thread. */
public interface Views {

    /** At least one view, each of the encoder's input size. */
    List<View> of(DecodeResult.Decoded decoded);

    /** SHA-256 of all that decides how views come out. */
    String fingerprint();
}
