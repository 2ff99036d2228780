package io.bulwark.imaging.webp;

import io.bulwark.imaging.ColourConversion;
import io.bulwark.imaging.colour.IccColour;
import io.bulwark.imaging.colour.IccColour.Samples;
import java.util.Arrays;
import java.util.Optional;

/**
 * The profile of a WebP: in its first ICCP chunk, wherever that stands, if the header announces it; as Chromium has it.
 */
final class WebpColour {

    private static final int PROFILE = 32;

    private WebpColour() {}

    /** How the colours of a still become sRGB; those of an animation are taken for sRGB already. */
    static Optional<ColourConversion> of(byte[] file) {
        WebpChunks chunks = WebpChunks.of(file);
        if (!chunks.next() || chunks.type() != WebpChunks.VP8X || (chunks.data().u8() & PROFILE) == 0) {
            return Optional.empty();
        }
        while (chunks.next()) {
            if (chunks.type() == WebpChunks.ICCP) {
                return IccColour.read(Arrays.copyOfRange(file, chunks.start(), chunks.end()))
                        .flatMap(icc -> icc.conversion(Samples.RGB));
            }
        }
        return Optional.empty();
    }
}
