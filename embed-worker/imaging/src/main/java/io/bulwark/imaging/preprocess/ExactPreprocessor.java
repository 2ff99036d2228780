package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.Mode;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.imaging.rows.PillowColour;
import io.bulwark.imaging.rows.RasterRows;
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
    private final Resampler resampler = new Resampler(new KernelCache());
    private final String fingerprint;

    ExactPreprocessor(PreprocessSpec spec) {
        this.spec = spec;
        this.fingerprint = Fingerprint.of(VERSION + " " + spec.canonical());
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
    private byte[] resize(Raster raster, Mode mode, Target target) {
        boolean same = raster.width() == target.width() && raster.height() == target.height();
        Rect whole = Rect.of(raster.width(), raster.height());
        return switch (mode) {
            case P, BILEVEL -> PillowNative.nearest(raster.samples(), raster.width(), raster.height(), target);
            case I16 ->
                PillowNative.resize16(raster.samples(), raster.width(), raster.height(), target, interpolation());
            case LA, RGBA -> {
                if (same) {
                    yield resampler.resize(RasterRows.plain(raster), whole, target, interpolation());
                }
                byte[] out = resampler.resize(RasterRows.premultiplied(raster), whole, target, interpolation());
                PillowColour.unpremultiply(out, out.length / mode.bytesPerPixel(), mode.bytesPerPixel());
                yield out;
            }
            case RGB -> resampler.resize(RasterRows.pillowRgb(raster), whole, target, interpolation());
            case L, CMYK -> resampler.resize(RasterRows.plain(raster), whole, target, interpolation());
        };
    }

    /** open_clip passes no interpolation to the resize of inputs that are not square, whose default is bicubic. */
    private Interpolation interpolation() {
        boolean keepsRatio = spec.resizeMode() == ResizeMode.SHORTEST && spec.width() != spec.height();
        return keepsRatio ? Interpolation.BICUBIC : spec.interpolation();
    }

    /** Puts the window into the encoder's input; the padding's value is set in the native mode. */
    private byte[] pad(byte[] resized, Mode mode, Fit fit) {
        Rect window = fit.target().window();
        if (window.width() == spec.width() && window.height() == spec.height()) {
            return resized;
        }
        int bytes = mode.bytesPerPixel();
        byte[] input = new byte[spec.width() * spec.height() * bytes];
        int fill = spec.resizeMode() == ResizeMode.LONGEST ? spec.fill() : 0;
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
}
