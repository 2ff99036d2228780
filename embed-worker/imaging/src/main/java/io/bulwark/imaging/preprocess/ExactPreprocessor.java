package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.rows.PillowColour;
import io.bulwark.imaging.rows.PixelRows;
import io.bulwark.imaging.structure.Scene.Area;
import java.util.Arrays;
import java.util.List;

/**
 * open_clip's and DINO's preprocessing with Pillow 11.1, bit for bit, holes included: no EXIF orientation, alpha
 * dropped, 16 bits clipped, first frame only. For parity with published numbers, not for moderation.
 */
final class ExactPreprocessor implements Preprocessor {

    /** Raised when the same spec would give other pixels. */
    private static final String VERSION = "exact 1";

    private final PreprocessSpec spec;
    private final Resampler resampler = new Resampler();
    private final String fingerprint;

    ExactPreprocessor(PreprocessSpec spec) {
        this.spec = spec;
        this.fingerprint = PreprocessSpec.sha256(VERSION + " " + spec.canonical());
    }

    @Override
    public List<View> views(Decoded picture) {
        return List.of(new View("exact", pixels(picture.frames().get(0))));
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public PreprocessSpec spec() {
        return spec;
    }

    private byte[] pixels(Raster raster) {
        Fit fit = Fit.of(spec, raster.width(), raster.height());
        Mode mode = spec.convertFirst() ? Mode.RGB : raster.mode();
        byte[] resized = resize(raster, mode, fit.target());
        byte[] input = pad(resized, mode, fit);
        if (mode == Mode.RGB) {
            return input;
        }
        int pixels = spec.width() * spec.height();
        byte[] rgb = new byte[pixels * 3];
        PillowColour.toRgb(mode, input, raster.palette(), pixels, rgb);
        return rgb;
    }

    /** Resizes in {@code mode}, which is the raster's own or RGB. */
    private byte[] resize(Raster raster, Mode mode, Resampler.Target target) {
        boolean same = raster.width() == target.width() && raster.height() == target.height();
        Area whole = Area.of(raster.width(), raster.height());
        return switch (mode) {
            case P, BILEVEL -> nearest(raster.samples(), raster.width(), raster.height(), target);
            case I16 -> resize16(raster.samples(), raster.width(), raster.height(), target, spec.exactInterpolation());
            case LA, RGBA -> {
                if (same) {
                    yield resampler.resize(PixelRows.plain(raster), whole, target, spec.exactInterpolation());
                }
                byte[] out =
                        resampler.resize(PixelRows.premultiplied(raster), whole, target, spec.exactInterpolation());
                PillowColour.unpremultiply(out, out.length / mode.bytesPerPixel(), mode.bytesPerPixel());
                yield out;
            }
            case RGB -> resampler.resize(PixelRows.pillowRgb(raster), whole, target, spec.exactInterpolation());
            case L, CMYK -> resampler.resize(PixelRows.plain(raster), whole, target, spec.exactInterpolation());
        };
    }

    /** Puts the window into the encoder's input; the padding's value is set in the native mode. */
    private byte[] pad(byte[] resized, Mode mode, Fit fit) {
        Area window = fit.target().window();
        if (window.width() == spec.width() && window.height() == spec.height()) {
            return resized;
        }
        int bytes = mode.bytesPerPixel();
        byte[] input = new byte[spec.width() * spec.height() * bytes];
        int fill = spec.resizeMode() == PreprocessSpec.ResizeMode.LONGEST ? spec.fill() : 0;
        fill(input, mode, fill);
        for (int y = 0; y < window.height(); y++) {
            System.arraycopy(
                    resized,
                    y * window.width() * bytes,
                    input,
                    ((fit.top() + y) * spec.width() + fit.left()) * bytes,
                    window.width() * bytes);
        }
        return input;
    }

    private static void fill(byte[] input, Mode mode, int value) {
        if (mode == Mode.I16) {
            for (int i = 0; i < input.length; i += 2) {
                input[i] = (byte) value;
            }
        } else {
            Arrays.fill(input, (byte) (mode == Mode.BILEVEL && value != 0 ? 255 : value));
        }
    }

    /**
     * Nearest neighbour with Pillow's running sum of source positions, whose rounding differs from a multiplication.
     *
     * @return {@code [window height, window width]}
     */
    private static byte[] nearest(byte[] samples, int width, int height, Resampler.Target target) {
        Area window = target.window();
        int[] columns = positions(width, target.width(), window.x(), window.width());
        int[] rows = positions(height, target.height(), window.y(), window.height());
        byte[] out = new byte[window.width() * window.height()];
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < columns.length; x++) {
                if (rows[y] < height && columns[x] < width) {
                    out[y * columns.length + x] = samples[rows[y] * width + columns[x]];
                }
            }
        }
        return out;
    }

    private static int[] positions(int in, int out, int first, int wanted) {
        double step = (double) in / out;
        double position = step * 0.5;
        int[] positions = new int[wanted];
        for (int i = 0; i < first + wanted; i++) {
            if (i >= first) {
                positions[i - first] = (int) position;
            }
            position += step;
        }
        return positions;
    }

    /**
     * Antialiased resize of 16-bit samples, little-endian.
     *
     * @return {@code [window height, window width]}, two bytes a sample
     */
    private static byte[] resize16(
            byte[] samples, int width, int height, Resampler.Target target, PreprocessSpec.Interpolation filter) {
        Area window = target.window();
        ResampleKernel columns = ResampleKernel.of(filter, width, target.width(), window.x(), window.width());
        ResampleKernel rows = ResampleKernel.of(filter, height, target.height(), window.y(), window.height());
        byte[] narrowed = new byte[height * window.width() * 2];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < window.width(); x++) {
                int from = y * width + columns.start()[x];
                put(narrowed, y * window.width() + x, weigh(samples, from, 1, columns, x));
            }
        }
        byte[] out = new byte[window.width() * window.height() * 2];
        for (int y = 0; y < window.height(); y++) {
            for (int x = 0; x < window.width(); x++) {
                int from = rows.start()[y] * window.width() + x;
                put(out, y * window.width() + x, weigh(narrowed, from, window.width(), rows, y));
            }
        }
        return out;
    }

    private static int weigh(byte[] samples, int from, int step, ResampleKernel kernel, int output) {
        double sum = 0;
        for (int i = 0; i < kernel.count()[output]; i++) {
            sum += sample(samples, from + i * step) * kernel.weights()[output * kernel.stride() + i];
        }
        return (int) (sum >= 0 ? Math.floor(sum + 0.5) : -Math.floor(-sum + 0.5));
    }

    private static int sample(byte[] samples, int index) {
        return samples[2 * index] & 0xff | (samples[2 * index + 1] & 0xff) << 8;
    }

    /** Pillow clips the two bytes apart: what overshoots keeps the remainder in its low byte. */
    private static void put(byte[] samples, int index, int value) {
        samples[2 * index] = (byte) clip(value % 256);
        samples[2 * index + 1] = (byte) clip(value >> 8);
    }

    private static int clip(int v) {
        return Math.max(0, Math.min(255, v));
    }

    /**
     * Where a resized picture lies in the encoder's input, by the originals' roundings: torchvision truncates the long
     * side, open_clip's keep-ratio resize rounds it half to even, and crop offsets round half to even.
     *
     * @param target the resize, its window the part that is seen
     * @param left columns of padding before the window
     * @param top rows of padding above the window
     */
    record Fit(Resampler.Target target, int left, int top) {

        static Fit of(PreprocessSpec spec, int width, int height) {
            return switch (spec.resizeMode()) {
                case SQUASH -> new Fit(Resampler.Target.whole(spec.width(), spec.height()), 0, 0);
                case SHORTEST ->
                    spec.width() == spec.height()
                            ? crop(spec, shortestSquare(spec.resizeTo(), width, height))
                            : crop(spec, keepRatio(spec, width, height));
                case LONGEST -> crop(spec, keepRatio(spec, width, height));
            };
        }

        private static Area shortestSquare(int side, int width, int height) {
            return width <= height
                    ? Area.of(side, (int) ((long) side * height / width))
                    : Area.of((int) ((long) side * width / height), side);
        }

        private static Area keepRatio(PreprocessSpec spec, int width, int height) {
            double byHeight = (double) height / spec.height();
            double byWidth = (double) width / spec.width();
            double ratio = spec.resizeMode() == PreprocessSpec.ResizeMode.LONGEST
                    ? Math.max(byHeight, byWidth)
                    : Math.min(byHeight, byWidth);
            // A long strip can round to nothing, where the originals fail.
            return Area.of(Math.max(1, (int) Math.rint(width / ratio)), Math.max(1, (int) Math.rint(height / ratio)));
        }

        private static Fit crop(PreprocessSpec spec, Area resized) {
            int x = offset(resized.width(), spec.width());
            int y = offset(resized.height(), spec.height());
            Area window =
                    new Area(x, y, Math.min(resized.width(), spec.width()), Math.min(resized.height(), spec.height()));
            return new Fit(
                    new Resampler.Target(resized.width(), resized.height(), window),
                    Math.max(0, spec.width() - resized.width()) / 2,
                    Math.max(0, spec.height() - resized.height()) / 2);
        }

        private static int offset(int size, int wanted) {
            return size <= wanted ? 0 : (int) Math.rint((size - wanted) / 2.0);
        }
    }
}
