package io.bulwark.imaging;

import java.util.Optional;

/**
 * A decoded picture in the mode of its file, before any conversion: Pillow's modes, because the originals resize before
 * they convert.
 *
 * @param mode channels and their meaning
 * @param width in pixels
 * @param height in pixels
 * @param samples row-major, channels interleaved; unsigned bytes, 0 or 255 for
 *     {@link Mode#BILEVEL}, two bytes little-endian for {@link Mode#I16}. In {@link ImageDecoder#withDecoded} an array
 *     of modes L and RGB may be longer than the picture
 * @param palette {@code [entries, 4]} RGBA for {@link Mode#P}; for {@link Mode#L}, {@link Mode#RGB},
 *     {@link Mode#BILEVEL} and {@link Mode#I16} the one fully transparent colour where the file names one, its sample
 *     bytes first and zeros to four; else empty
 * @param orientation EXIF orientation 1 to 8; 1 where the file has none
 * @param colour how samples and palette become sRGB; empty where they are, or count as, sRGB. What a person sees is
 *     converted, Pillow's pixels and the perceptual hash are not
 */
public record Raster(
        Mode mode,
        int width,
        int height,
        byte[] samples,
        byte[] palette,
        int orientation,
        Optional<ColourConversion> colour) {

    /** A raster in sRGB. */
    public Raster(Mode mode, int width, int height, byte[] samples, byte[] palette, int orientation) {
        this(mode, width, height, samples, palette, orientation, Optional.empty());
    }

    /** The same samples, taken for sRGB. */
    public Raster withoutColour() {
        return withColour(Optional.empty());
    }

    /** The same samples, that become sRGB in another way. */
    public Raster withColour(Optional<ColourConversion> other) {
        return new Raster(mode, width, height, samples, palette, orientation, other);
    }

    /** Pillow's modes that files decode to. */
    public enum Mode {
        L(1),
        LA(2),
        P(1),
        RGB(3),
        RGBA(4),
        CMYK(4),
        I16(2),
        BILEVEL(1);

        private final int bytesPerPixel;

        Mode(int bytesPerPixel) {
            this.bytesPerPixel = bytesPerPixel;
        }

        /** Bytes of a pixel in {@link Raster#samples}. */
        public int bytesPerPixel() {
            return bytesPerPixel;
        }
    }

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
}
