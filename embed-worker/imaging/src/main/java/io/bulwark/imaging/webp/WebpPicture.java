package io.bulwark.imaging.webp;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;

/**
 * Where one picture's data lies in a WebP: a VP8L chunk, or a VP8 chunk and perhaps an ALPH chunk before it.
 *
 * @param announcesAlpha whether the file's header says that there is alpha
 * @param start of the VP8 or VP8L chunk's data
 * @param end of it
 * @param alphaStart of the ALPH chunk's data, 0 without one
 * @param alphaEnd of it
 */
record WebpPicture(
        boolean lossless,
        int width,
        int height,
        boolean announcesAlpha,
        int start,
        int end,
        int alphaStart,
        int alphaEnd) {

    private static final int VP8L_SIGNATURE = 0x2f;
    private static final int VP8L_HEAD = 5;
    private static final int SIDE_MASK = 0x3fff;

    /**
     * Reads the header in a VP8 chunk.
     *
     * @param alphaStart of the ALPH chunk's data, 0 without one
     */
    static WebpPicture lossy(byte[] file, int start, int end, int alphaStart, int alphaEnd, boolean announcesAlpha) {
        int[] size = Vp8Header.size(file, start, end);
        return new WebpPicture(false, size[0], size[1], announcesAlpha, start, end, alphaStart, alphaEnd);
    }

    /** Reads the header in a VP8L chunk. */
    static WebpPicture lossless(byte[] file, int start, int end) {
        ByteCursor in = new ByteCursor(file, "WebP", start, end);
        int signature = in.u8();
        int head = in.i32LittleEndian();
        if (signature != VP8L_SIGNATURE || head >>> 29 != 0) {
            throw RefusedException.corrupt("WebP holds a lossless picture of an unknown kind");
        }
        int width = (head & SIDE_MASK) + 1;
        int height = (head >> 14 & SIDE_MASK) + 1;
        return new WebpPicture(true, width, height, (head >> 28 & 1) == 1, start, end, 0, 0);
    }

    /** Heap that {@link #decode} fills at its peak. */
    long bytes(byte[] file) {
        long pixels = (long) width * height;
        if (lossless) {
            return Vp8lDecoder.bytes(pixels, end - start);
        }
        long bytes = Vp8Decoder.bytes(width, height);
        return alphaStart == 0 ? bytes : bytes + AlphaPlane.bytes(file, alphaStart, alphaEnd, pixels);
    }

    /**
     * Decodes the picture.
     *
     * @throws RefusedException if it is damaged
     */
    WebpPixels decode(byte[] file) {
        WebpPixels pixels;
        if (lossless) {
            pixels =
                    new WebpPixels.Lossless(width, new Vp8lDecoder(file, start + VP8L_HEAD, end).decode(width, height));
        } else {
            byte[] alpha = alphaStart == 0 ? null : AlphaPlane.decode(file, alphaStart, alphaEnd, width, height);
            pixels = new WebpPixels.Lossy(new Vp8Decoder(file, start, end).decode(), alpha);
        }
        if (!announcesAlpha && !pixels.isOpaque()) {
            throw RefusedException.corrupt("WebP holds alpha that its header does not announce");
        }
        return pixels;
    }

    /** The same picture where the header of an extended file decides about alpha. */
    WebpPicture announcing(boolean alpha) {
        return new WebpPicture(lossless, width, height, alpha, start, end, alphaStart, alphaEnd);
    }
}
