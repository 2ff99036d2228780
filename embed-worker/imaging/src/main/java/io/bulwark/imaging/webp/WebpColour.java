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

    /** Bytes of the profile, 0 without one. */
    static int length(byte[] file) {
        return profile(file).map(chunk -> chunk.end() - chunk.start()).orElse(0);
    }

    /** How the colours of a whole file become sRGB; takes {@link IccColour#bytes} of heap for that length. */
    static Optional<ColourConversion> of(byte[] file) {
        IccColour.checkLength(length(file));
        return profile(file)
                .flatMap(chunk -> IccColour.read(Arrays.copyOfRange(file, chunk.start(), chunk.end())))
                .flatMap(icc -> icc.conversion(Samples.RGB));
    }

    private static Optional<WebpChunks> profile(byte[] file) {
        WebpChunks chunks = WebpChunks.of(file);
        if (!chunks.next() || chunks.type() != WebpChunks.VP8X || (chunks.data().u8() & PROFILE) == 0) {
            return Optional.empty();
        }
        while (chunks.next()) {
            if (chunks.type() == WebpChunks.ICCP) {
                return Optional.of(chunks);
            }
        }
        return Optional.empty();
    }
}
