package io.bulwark.imaging.jpeg;

import static org.bytedeco.leptonica.global.leptonica.L_SEVERITY_NONE;
import static org.bytedeco.leptonica.global.leptonica.pixDestroy;
import static org.bytedeco.leptonica.global.leptonica.pixGetData;
import static org.bytedeco.leptonica.global.leptonica.pixGetDepth;
import static org.bytedeco.leptonica.global.leptonica.pixGetHeight;
import static org.bytedeco.leptonica.global.leptonica.pixGetWidth;
import static org.bytedeco.leptonica.global.leptonica.pixGetWpl;
import static org.bytedeco.leptonica.global.leptonica.pixReadMemJpeg;
import static org.bytedeco.leptonica.global.leptonica.setMsgSeverity;

import io.bulwark.imaging.Raster;
import io.bulwark.imaging.Raster.ColourConversion;
import io.bulwark.imaging.Raster.Mode;
import java.nio.IntBuffer;
import java.util.Optional;
import org.bytedeco.leptonica.PIX;

/**
 * JPEGs decoded at a fraction of their size by libjpeg-turbo, through Leptonica: the JDK's reader has no scaled decode.
 * Any thread.
 */
public final class ReducedJpeg {

    private static final int GRAY_BITS = 8;
    private static final int COLOUR_BITS = 32;
    private static final int SAMPLES_OF_A_WORD = 4;

    private ReducedJpeg() {}

    /**
     * Loads the native library, whose own messages are shut off.
     *
     * @throws IllegalStateException if this machine has none; the message names the setting
     */
    public static void load() {
        try {
            setMsgSeverity(L_SEVERITY_NONE);
        } catch (LinkageError e) {
            throw new IllegalStateException(
                    "JPEGs cannot be decoded reduced here, for there is no Leptonica for this machine (it is shipped for"
                            + " linux-x86_64): set bulwark.decode.fast to false",
                    e);
        }
    }

    /**
     * Decodes a file.
     *
     * @param jpeg of one or three components
     * @param divisor of its sides: 1, 2, 4 or 8
     * @param conversion of the file's colours, which is not made here
     * @param mayWarn whether a picture is wanted even if libjpeg had something to say against the file
     * @return mode L or RGB, sides rounded up; empty if there is none that is wanted
     */
    static Optional<Raster> read(
            JpegStructure jpeg, int divisor, Optional<ColourConversion> conversion, boolean mayWarn) {
        byte[] file = jpeg.essence();
        int[] warnings = new int[1];
        PIX pix = pixReadMemJpeg(file, file.length, 0, divisor, warnings, 0);
        if (pix == null) {
            return Optional.empty();
        }
        try {
            int depth = pixGetDepth(pix);
            if (warnings[0] > 0 && !mayWarn || depth != GRAY_BITS && depth != COLOUR_BITS) {
                return Optional.empty();
            }
            Mode mode = depth == GRAY_BITS ? Mode.L : Mode.RGB;
            return Optional.of(new Raster(
                    mode,
                    pixGetWidth(pix),
                    pixGetHeight(pix),
                    samples(pix, mode),
                    new byte[0],
                    jpeg.orientation(),
                    conversion));
        } finally {
            pixDestroy(pix);
        }
    }

    /**
     * Leptonica keeps rows of 32-bit words: four gray samples, or red, green, blue and nothing, the first one highest.
     */
    private static byte[] samples(PIX pix, Mode mode) {
        int width = pixGetWidth(pix);
        int height = pixGetHeight(pix);
        int[] words = new int[pixGetWpl(pix)];
        IntBuffer rows = pixGetData(pix).capacity((long) words.length * height).asBuffer();
        byte[] samples = new byte[width * height * mode.bytesPerPixel()];
        int to = 0;
        for (int y = 0; y < height; y++) {
            rows.get(words);
            for (int x = 0; x < width; x++) {
                if (mode == Mode.L) {
                    samples[to++] = (byte) (words[x / SAMPLES_OF_A_WORD] >>> 24 - 8 * (x % SAMPLES_OF_A_WORD));
                } else {
                    int word = words[x];
                    samples[to++] = (byte) (word >>> 24);
                    samples[to++] = (byte) (word >>> 16);
                    samples[to++] = (byte) (word >>> 8);
                }
            }
        }
        return samples;
    }
}
