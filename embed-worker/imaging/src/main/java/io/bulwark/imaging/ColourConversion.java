package io.bulwark.imaging;

/**
 * How a file's colours become those of a screen: the way to sRGB that its profile describes. Immutable; any thread.
 */
public interface ColourConversion {

    /**
     * Converts pixels of a row.
     *
     * @param from unsigned bytes: red, green, blue of a picture in RGB, the level three times of one in gray, cyan,
     *     magenta, yellow, black (0 is no ink) of one in CMYK
     * @param at index of the first pixel
     * @param step bytes from a pixel to the next; what follows the colours, such as alpha, is not looked at
     * @param count pixels
     * @param to takes red, green and blue in sRGB; may be {@code from}, if pixels lie at the same places
     * @param toAt index of the first pixel there
     * @param toStep bytes from a pixel to the next there
     */
    void toSrgb(byte[] from, int at, int step, int count, byte[] to, int toAt, int toStep);

    /** How the file describes its colours, for people to read. */
    default String description() {
        return "described by the file";
    }
}
