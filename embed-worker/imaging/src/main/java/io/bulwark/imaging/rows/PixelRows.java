package io.bulwark.imaging.rows;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.Raster.Mode;
import java.util.Arrays;

/**
 * A raster read row by row in the channels that are resampled; what moderation sees of it is in sRGB. Conversions
 * happen on the way, so that no second copy of a large picture is made. The rows are the stored ones:
 * {@code Pose.ofExif} says how they are turned to be seen. Any thread.
 */
public final class PixelRows {

    private static final int WHITE = 255;
    private static final int LEVELS = 256;

    private final Raster raster;
    private final int channels;
    private final Converter converter;

    /** @param raster not copied; read for as long as the rows are */
    private PixelRows(Raster raster, int channels, Converter converter) {
        this.raster = raster;
        this.channels = channels;
        this.converter = converter;
    }

    /** Fills a buffer from samples. */
    private interface Converter {

        /**
         * Converts pixels.
         *
         * @param samples the raster's
         * @param at index of the first byte
         * @param count pixels
         * @param into filled from index 0
         */
        void convert(byte[] samples, int at, int count, byte[] into);
    }

    /** In pixels. */
    public int width() {
        return raster.width();
    }

    /** In pixels. */
    public int height() {
        return raster.height();
    }

    /** Interleaved unsigned bytes a pixel, 1 to 4. */
    public int channels() {
        return channels;
    }

    /**
     * Reads a piece of a row.
     *
     * @param y row
     * @param x first column
     * @param count columns
     * @param into filled from index 0 with {@code count * channels()} bytes
     */
    public void read(int y, int x, int count, byte[] into) {
        converter.convert(
                raster.samples(), (y * raster.width() + x) * raster.mode().bytesPerPixel(), count, into);
    }

    /** The samples as they are; for modes of 8-bit channels. */
    public static PixelRows plain(Raster raster) {
        int channels = raster.mode().bytesPerPixel();
        return new PixelRows(
                raster,
                channels,
                (samples, at, count, into) -> System.arraycopy(samples, at, into, 0, count * channels));
    }

    /** LA and RGBA with colours multiplied by alpha. */
    public static PixelRows premultiplied(Raster raster) {
        return premultiplied(plain(raster));
    }

    private static PixelRows premultiplied(PixelRows straight) {
        return new PixelRows(straight.raster, straight.channels, (samples, at, count, into) -> {
            straight.converter.convert(samples, at, count, into);
            PillowColour.premultiply(into, count, straight.channels);
        });
    }

    /** RGB as Pillow converts. */
    public static PixelRows pillowRgb(Raster raster) {
        if (raster.mode() == Mode.RGB) {
            return plain(raster);
        }
        int bytes = raster.mode().bytesPerPixel();
        return new PixelRows(raster, 3, (samples, at, count, into) -> {
            byte[] pixels = Arrays.copyOfRange(samples, at, at + count * bytes);
            PillowColour.toRgb(raster.mode(), pixels, raster.palette(), count, into);
        });
    }

    /**
     * What moderation sees of an opaque raster: gray where the mode is gray (16 bits cut to the high eight), else RGB.
     */
    public static PixelRows opaque(Raster raster) {
        PixelRows rows = unconverted(raster);
        if (raster.colour().isEmpty()) {
            return rows;
        }
        ColourConversion colour = raster.colour().get();
        if (rows.channels == 1) {
            return grays(rows, colour);
        }
        if (raster.mode() == Mode.CMYK) {
            return new PixelRows(
                    raster, 3, (samples, at, count, into) -> colour.toSrgb(samples, at, 4, count, into, 0, 3));
        }
        return new PixelRows(raster, 3, (samples, at, count, into) -> {
            rows.converter.convert(samples, at, count, into);
            colour.toSrgb(into, 0, 3, count, into, 0, 3);
        });
    }

    /**
     * What the 256 levels of a gray picture look like under its profile: levels again, or colours, if it tints them.
     */
    private static PixelRows grays(PixelRows rows, ColourConversion colour) {
        byte[] shown = new byte[3 * LEVELS];
        for (int i = 0; i < shown.length; i++) {
            shown[i] = (byte) (i / 3);
        }
        colour.toSrgb(shown, 0, 3, LEVELS, shown, 0, 3);
        boolean tinted = false;
        for (int i = 0; i < shown.length; i += 3) {
            tinted |= shown[i] != shown[i + 1] || shown[i] != shown[i + 2];
        }
        int channels = tinted ? 3 : 1;
        return new PixelRows(rows.raster, channels, (samples, at, count, into) -> {
            rows.converter.convert(samples, at, count, into);
            // From the last to the first, since colours need more room.
            for (int i = count - 1; i >= 0; i--) {
                System.arraycopy(shown, 3 * (into[i] & 0xff), into, channels * i, channels);
            }
        });
    }

    private static PixelRows unconverted(Raster raster) {
        return switch (raster.mode()) {
            case L, BILEVEL, RGB -> plain(raster);
            case LA -> everySecond(raster, 0);
            case I16 -> everySecond(raster, 1);
            default -> pillowRgb(raster);
        };
    }

    private static PixelRows everySecond(Raster raster, int first) {
        return new PixelRows(raster, 1, (samples, at, count, into) -> {
            for (int i = 0; i < count; i++) {
                into[i] = samples[at + first + 2 * i];
            }
        });
    }

    /** A raster with transparency in RGBA, colours not multiplied by alpha. */
    public static PixelRows straight(Raster raster) {
        if (raster.mode() == Mode.RGBA && raster.colour().isEmpty()) {
            return plain(raster);
        }
        int bytes = raster.mode().bytesPerPixel();
        return new PixelRows(raster, 4, (samples, at, count, into) -> {
            for (int i = 0; i < count; i++) {
                Transparency.rgba(raster, at + i * bytes, into, 4 * i);
            }
            raster.colour().ifPresent(colour -> colour.toSrgb(into, 0, 4, count, into, 0, 4));
        });
    }

    /** What moderation sees of a raster with transparency: RGBA, colours multiplied by alpha. */
    public static PixelRows translucent(Raster raster) {
        return premultiplied(straight(raster));
    }

    /**
     * What a person sees of a raster: gray where its mode is gray (16 bits cut to the high eight), else RGB, and white
     * behind what is seen through.
     *
     * @return rows of 1 or 3 channels
     */
    public static PixelRows overWhite(Raster raster) {
        if (!Transparency.isReal(raster)) {
            return opaque(raster);
        }
        PixelRows translucent = translucent(raster);
        return new PixelRows(raster, 3, (samples, at, count, into) -> {
            byte[] rgba = new byte[4 * count];
            translucent.converter.convert(samples, at, count, rgba);
            for (int i = 0; i < count; i++) {
                int white = PillowColour.scale(WHITE, WHITE - (rgba[4 * i + 3] & 0xff));
                for (int c = 0; c < 3; c++) {
                    into[3 * i + c] = (byte) Math.min(WHITE, (rgba[4 * i + c] & 0xff) + white);
                }
            }
        });
    }
}
