package io.bulwark.imaging;

import java.util.List;

/** The result of a file. */
public sealed interface DecodeResult {

    /**
     * The file is a picture.
     *
     * @param format the sniffed format, such as {@code jpeg}
     * @param frames the first frame, for an animation further ones as they are drawn
     * @param frameNumbers where each of them stands in the file, from 0
     * @param frameMillis how long each of them is shown, in milliseconds as the file says it; 0 for a still
     * @param totalFrames frames in the file, 1 for a still
     */
    record Decoded(
            String format, List<Raster> frames, List<Integer> frameNumbers, List<Integer> frameMillis, int totalFrames)
            implements DecodeResult {

        /** A picture that does not move. */
        public static Decoded still(String format, Raster picture) {
            return new Decoded(format, List.of(picture), List.of(0), List.of(0), 1);
        }
    }

    /**
     * The file is refused.
     *
     * @param refusal the class of the reason
     * @param detail one sentence: what was found and what is allowed; holds no content of the file
     */
    record Refused(Refusal refusal, String detail) implements DecodeResult {}

    /** Why a file is refused. */
    enum Refusal {
        EMPTY_FILE,
        NOT_AN_IMAGE,
        UNSUPPORTED_FORMAT,
        CORRUPT_IMAGE,
        TOO_MANY_PIXELS
    }
}
