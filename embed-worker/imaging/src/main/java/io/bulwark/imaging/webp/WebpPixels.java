package io.bulwark.imaging.webp;

import static org.bytedeco.leptonica.global.leptonica.L_SEVERITY_NONE;
import static org.bytedeco.leptonica.global.leptonica.pixDestroy;
import static org.bytedeco.leptonica.global.leptonica.pixGetData;
import static org.bytedeco.leptonica.global.leptonica.pixGetHeight;
import static org.bytedeco.leptonica.global.leptonica.pixGetWidth;
import static org.bytedeco.leptonica.global.leptonica.pixReadMemWebP;
import static org.bytedeco.leptonica.global.leptonica.setMsgSeverity;

import io.bulwark.imaging.RefusedException;
import java.nio.IntBuffer;
import org.bytedeco.leptonica.PIX;

/**
 * A picture decoded by libwebp, through Leptonica, which carries it. It lies in native memory until it is closed. One
 * thread uses it.
 */
final class WebpPixels implements AutoCloseable {

    static final int RGBA = 4;

    /** Native memory a pixel: the picture, and as much again that a lossless decode works in. */
    static final int NATIVE_BYTES = 8;

    private static final int OPAQUE = 255;

    static {
        setMsgSeverity(L_SEVERITY_NONE);
    }

    private final PIX pix;
    private final int width;
    private final IntBuffer words; // [height, width], red highest, alpha lowest

    private WebpPixels(PIX pix) {
        this.pix = pix;
        this.width = pixGetWidth(pix);
        // Rows of 32-bit pixels have no padding.
        this.words = pixGetData(pix).capacity((long) width * pixGetHeight(pix)).asBuffer();
    }

    /**
     * Decodes a file of one picture.
     *
     * @param file begins with the whole file, its sizes already held against each other and against the limits
     * @param length of the file in bytes
     * @throws RefusedException if it is damaged
     */
    static WebpPixels decode(byte[] file, int length) {
        PIX pix = pixReadMemWebP(file, length);
        if (pix == null) {
            throw RefusedException.corrupt("WebP data cannot be decoded");
        }
        return new WebpPixels(pix);
    }

    /** Whether any pixel may be seen through. */
    boolean isTranslucent() {
        int all = -1;
        for (int i = 0; i < words.limit(); i++) {
            all &= words.get(i);
        }
        return (all & OPAQUE) != OPAQUE;
    }

    /**
     * Copies a row.
     *
     * @param into {@code [width, channels]}, filled from the beginning
     * @param channels 3 for RGB, 4 for RGBA with alpha not multiplied
     */
    void row(int y, byte[] into, int channels) {
        int from = y * width;
        for (int x = 0; x < width; x++) {
            int word = words.get(from + x);
            int to = x * channels;
            into[to] = (byte) (word >>> 24);
            into[to + 1] = (byte) (word >>> 16);
            into[to + 2] = (byte) (word >>> 8);
            if (channels == RGBA) {
                into[to + 3] = (byte) word;
            }
        }
    }

    @Override
    public void close() {
        pixDestroy(pix);
    }
}
