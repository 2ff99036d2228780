package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.jpeg.JpegReduction;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What happens to a decoded picture before the encoder, as the model package states it.
 *
 * @param height input height of the encoder in pixels
 * @param width input width of the encoder in pixels
 * @param resizeTo what the picture is resized to before cropping (256 for DINO's 224 crop); equal to the input size
 *     where there is no separate resize
 * @param resizeMode how the aspect ratio is treated in {@code exact} mode
 * @param interpolation the antialiased filter
 * @param convertFirst whether colours are converted to RGB before resizing (DINO) or after (open_clip)
 * @param fill value of padding in [0, 255], for {@link ResizeMode#LONGEST}
 * @param mean per channel, in [0, 1]; applied inside the encoder's program
 * @param std per channel; applied inside the encoder's program
 */
public record PreprocessSpec(
        int height,
        int width,
        int resizeTo,
        ResizeMode resizeMode,
        Interpolation interpolation,
        boolean convertFirst,
        int fill,
        float[] mean,
        float[] std)
        implements Serializable {

    /** How the aspect ratio is treated: cut, squeezed or padded. */
    public enum ResizeMode {
        SHORTEST,
        SQUASH,
        LONGEST
    }

    /** Pillow's antialiased filters. */
    public enum Interpolation {
        BILINEAR,
        BICUBIC
    }

    /** The spec of a square encoder without mean and std, such as NSFWJS's MobileNetV2: input in [0, 1]. */
    public static PreprocessSpec unit(int size, Interpolation interpolation) {
        return unit(size, size, ResizeMode.SHORTEST, interpolation, false);
    }

    /** The whole picture in a size, by the filter of small copies. */
    public static PreprocessSpec squash(int height, int width) {
        return unit(height, width, ResizeMode.SQUASH, Interpolation.BILINEAR, true);
    }

    private static PreprocessSpec unit(
            int height, int width, ResizeMode mode, Interpolation interpolation, boolean convertFirst) {
        return new PreprocessSpec(
                height, width, height, mode, interpolation, convertFirst, 0, new float[3], new float[] {1, 1, 1});
    }

    /** The same for squares of another size; what is cut off around them stays in proportion. */
    public PreprocessSpec withInput(int size) {
        int shorter = Math.min(height, width);
        int resized = (int) Math.round((double) resizeTo * size / shorter);
        return new PreprocessSpec(size, size, resized, resizeMode, interpolation, convertFirst, fill, mean, std);
    }

    /** Whether a picture gives both encoders the same pixels: all is alike but mean and standard deviation. */
    public boolean makesTheSameViewsAs(PreprocessSpec other) {
        return height == other.height
                && width == other.width
                && resizeTo == other.resizeTo
                && resizeMode == other.resizeMode
                && interpolation == other.interpolation
                && convertFirst == other.convertFirst
                && fill == other.fill;
    }

    /**
     * How far a JPEG may be reduced in decoding so that the resampling still has twice the pixels that it makes, also
     * of a detail, which is two fifths of a side: then it is the resampling's filter that shapes the result.
     */
    public JpegReduction jpegReduction() {
        return new JpegReduction(5 * Math.max(resizeTo, Math.max(height, width)));
    }

    /** open_clip passes no interpolation to the resize of inputs that are not square, whose default is bicubic. */
    Interpolation exactInterpolation() {
        return resizeMode == ResizeMode.SHORTEST && width != height ? Interpolation.BICUBIC : interpolation;
    }

    /** A canonical line, part of every fingerprint. */
    public String canonical() {
        return String.format(
                Locale.ROOT,
                "%dx%d resize=%d %s %s convertFirst=%b fill=%d mean=%s std=%s",
                height,
                width,
                resizeTo,
                resizeMode,
                interpolation,
                convertFirst,
                fill,
                Arrays.toString(mean),
                Arrays.toString(std));
    }

    /** SHA-256 of a canonical line, lower-case hexadecimal. */
    static String sha256(String canonical) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
