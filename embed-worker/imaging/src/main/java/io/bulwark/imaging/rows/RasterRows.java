package io.bulwark.imaging.rows;

import io.bulwark.imaging.ColourConversion;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import java.util.Arrays;

/** Rasters as the rows that are resampled; what moderation sees of them is in sRGB. */
public final class RasterRows {

    private static final int WHITE = 255;

    private RasterRows() {}

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

    private record Rows(Raster raster, int channels, Converter converter) implements PixelRows {

        @Override
        public int width() {
            return raster.width();
        }

        @Override
        public int height() {
            return raster.height();
        }

        @Override
        public void read(int y, int x, int count, byte[] into) {
            int at = (y * raster.width() + x) * raster.mode().bytesPerPixel();
            converter.convert(raster.samples(), at, count, into);
        }
    }

    /** The samples as they are; for modes of 8-bit channels. */
    public static PixelRows plain(Raster raster) {
        int channels = raster.mode().bytesPerPixel();
        return new Rows(
                raster,
                channels,
                (samples, at, count, into) -> System.arraycopy(samples, at, into, 0, count * channels));
    }

    /** LA and RGBA with colours multiplied by alpha. */
    public static PixelRows premultiplied(Raster raster) {
        int channels = raster.mode().bytesPerPixel();
        return new Rows(raster, channels, (samples, at, count, into) -> {
            System.arraycopy(samples, at, into, 0, count * channels);
            PillowColour.premultiply(into, count, channels);
        });
    }

    /** RGB as Pillow converts. */
    public static PixelRows pillowRgb(Raster raster) {
        if (raster.mode() == Mode.RGB) {
            return plain(raster);
        }
        int bytes = raster.mode().bytesPerPixel();
        return new Rows(raster, 3, (samples, at, count, into) -> {
            byte[] pixels = Arrays.copyOfRange(samples, at, at + count * bytes);
            PillowColour.toRgb(raster.mode(), pixels, raster.palette(), count, into);
        });
    }

    /** What moderation sees of an opaque raster: gray where the mode is gray (16 bits cut to the high eight), else RGB. */
    public static PixelRows opaque(Raster raster) {
        return raster.colour().isEmpty()
                ? unconverted(raster)
                : converted(raster, raster.colour().get());
    }

    private static PixelRows converted(Raster raster, ColourConversion colour) {
        PixelRows rows = unconverted(raster);
        if (rows.channels() == 1) {
            return grays(raster, rows, GrayLevels.of(colour));
        }
        if (raster.mode() == Mode.CMYK) {
            return new Rows(raster, 3, (samples, at, count, into) -> colour.toSrgb(samples, at, 4, count, into, 0, 3));
        }
        return new Rows(raster, 3, (samples, at, count, into) -> {
            int pixel = at / raster.mode().bytesPerPixel();
            rows.read(pixel / raster.width(), pixel % raster.width(), count, into);
            colour.toSrgb(into, 0, 3, count, into, 0, 3);
        });
    }

    private static PixelRows grays(Raster raster, PixelRows rows, GrayLevels levels) {
        return new Rows(raster, levels.channels(), (samples, at, count, into) -> {
            int pixel = at / raster.mode().bytesPerPixel();
            rows.read(pixel / raster.width(), pixel % raster.width(), count, into);
            levels.replace(into, count);
        });
    }

    private static PixelRows unconverted(Raster raster) {
        return switch (raster.mode()) {
            case L, BILEVEL, RGB -> plain(raster);
            case LA ->
                new Rows(raster, 1, (samples, at, count, into) -> {
                    for (int i = 0; i < count; i++) {
                        into[i] = samples[at + 2 * i];
                    }
                });
            case I16 ->
                new Rows(raster, 1, (samples, at, count, into) -> {
                    for (int i = 0; i < count; i++) {
                        into[i] = Transparency.highByte(samples, at + 2 * i);
                    }
                });
            default -> pillowRgb(raster);
        };
    }

    /** A raster with transparency in RGBA, colours not multiplied by alpha. */
    public static PixelRows straight(Raster raster) {
        return raster.mode() == Mode.RGBA && raster.colour().isEmpty()
                ? plain(raster)
                : new Rows(raster, 4, straightRgba(raster));
    }

    /** What moderation sees of a raster with transparency: RGBA, colours multiplied by alpha. */
    public static PixelRows translucent(Raster raster) {
        if (raster.mode() == Mode.RGBA && raster.colour().isEmpty()) {
            return premultiplied(raster);
        }
        Converter straight = straightRgba(raster);
        return new Rows(raster, 4, (samples, at, count, into) -> {
            straight.convert(samples, at, count, into);
            PillowColour.premultiply(into, count, 4);
        });
    }

    private static Converter straightRgba(Raster raster) {
        int bytes = raster.mode().bytesPerPixel();
        return (samples, at, count, into) -> {
            for (int i = 0; i < count; i++) {
                Transparency.rgba(raster, at + i * bytes, into, 4 * i);
            }
            raster.colour().ifPresent(colour -> colour.toSrgb(into, 0, 4, count, into, 0, 4));
        };
    }

    /** A raster with transparency in RGB over white: what moderation sees over white, before it is resampled. */
    static PixelRows overWhite(Raster raster) {
        PixelRows translucent = translucent(raster);
        int bytes = raster.mode().bytesPerPixel();
        return new Rows(raster, 3, (samples, at, count, into) -> {
            int pixel = at / bytes;
            byte[] rgba = new byte[4 * count];
            translucent.read(pixel / raster.width(), pixel % raster.width(), count, rgba);
            for (int i = 0; i < count; i++) {
                int white = PillowColour.scale(WHITE, WHITE - (rgba[4 * i + 3] & 0xff));
                for (int c = 0; c < 3; c++) {
                    into[3 * i + c] = (byte) Math.min(WHITE, (rgba[4 * i + c] & 0xff) + white);
                }
            }
        });
    }
}
