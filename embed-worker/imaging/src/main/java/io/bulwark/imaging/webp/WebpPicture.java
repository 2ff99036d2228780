package io.bulwark.imaging.webp;

import io.bulwark.imaging.ByteCursor;
import io.bulwark.imaging.RefusedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Where one picture's data lies in a WebP: a VP8L chunk, or a VP8 chunk and perhaps an ALPH chunk before it.
 *
 * @param alpha whether the file announces alpha
 * @param start of the VP8 or VP8L chunk's data
 * @param end of it
 * @param alphaStart of the ALPH chunk's data, 0 without one
 * @param alphaEnd of it
 */
record WebpPicture(
        boolean lossless, int width, int height, boolean alpha, int start, int end, int alphaStart, int alphaEnd) {

    private static final int VP8L_SIGNATURE = 0x2f;
    private static final int SIDE_MASK = 0x3fff;

    // "RIFF" and "WEBP", little-endian.
    private static final int RIFF = 0x46464952;
    private static final int WEBP = 0x50424557;
    private static final int VP8X_BYTES = 10;
    private static final int ALPHA_FLAG = 16;

    /** What a file of one picture has beside the picture's data, and a padding byte for each chunk. */
    private static final int HEADS = 12 + 8 + VP8X_BYTES + 8 + 8 + 2;

    /**
     * Reads the header in a VP8 chunk.
     *
     * @param alphaStart of the ALPH chunk's data, 0 without one
     */
    static WebpPicture lossy(byte[] file, int start, int end, int alphaStart, int alphaEnd) {
        ByteCursor in = new ByteCursor(file, "WebP", start, end);
        boolean isKeyFrame = (in.u8() & 1) == 0;
        in.skip(2);
        if (!isKeyFrame || in.u8() != 0x9d || in.u8() != 0x01 || in.u8() != 0x2a) {
            throw RefusedException.corrupt("WebP holds a lossy picture of an unknown kind");
        }
        int width = in.u16LittleEndian() & SIDE_MASK;
        int height = in.u16LittleEndian() & SIDE_MASK;
        return new WebpPicture(false, width, height, alphaStart > 0, start, end, alphaStart, alphaEnd);
    }

    /**
     * Reads the header in a VP8L chunk.
     *
     * @param withAlpha whether the file announces alpha
     */
    static WebpPicture lossless(byte[] file, int start, int end, boolean withAlpha) {
        ByteCursor in = new ByteCursor(file, "WebP", start, end);
        int signature = in.u8();
        int head = in.i32LittleEndian();
        if (signature != VP8L_SIGNATURE || head >>> 29 != 0) {
            throw RefusedException.corrupt("WebP holds a lossless picture of an unknown kind");
        }
        int width = (head & SIDE_MASK) + 1;
        int height = (head >> 14 & SIDE_MASK) + 1;
        return new WebpPicture(true, width, height, withAlpha, start, end, 0, 0);
    }

    /** Memory that {@link #decode} takes at its peak. */
    long bytes() {
        return (long) width * height * WebpPixels.NATIVE_BYTES + data() + HEADS;
    }

    private int data() {
        return end - start + alphaEnd - alphaStart;
    }

    /** Whether the decoded picture is seen through anywhere. */
    boolean isTranslucent(WebpPixels pixels) {
        return alphaStart > 0 || alpha && pixels.isTranslucent();
    }

    /**
     * Decodes the picture, as a separate file: what stands around it in this one is not libwebp's to judge.
     *
     * @throws RefusedException if it is damaged, or has alpha that is announced nowhere: browsers paint that wrongly
     */
    WebpPixels decode(byte[] file) {
        ByteBuffer alone = ByteBuffer.allocate(data() + HEADS).order(ByteOrder.LITTLE_ENDIAN);
        alone.putInt(RIFF).putInt(0).putInt(WEBP);
        if (alphaStart > 0) {
            int sides = width - 1 | (height - 1) << 24;
            alone.putInt(Integer.reverseBytes(WebpChunks.VP8X))
                    .putInt(VP8X_BYTES)
                    .putInt(ALPHA_FLAG);
            alone.putInt(sides).putShort((short) (height - 1 >> 8));
            chunk(alone, WebpChunks.ALPH, file, alphaStart, alphaEnd);
        }
        chunk(alone, lossless ? WebpChunks.VP8L : WebpChunks.VP8, file, start, end);
        alone.putInt(Integer.BYTES, alone.position() - 2 * Integer.BYTES);
        WebpPixels pixels = WebpPixels.decode(alone.array(), alone.position());
        if (lossless && !alpha && pixels.isTranslucent()) {
            pixels.close();
            throw RefusedException.corrupt("WebP picture has alpha that its header does not announce");
        }
        return pixels;
    }

    private static void chunk(ByteBuffer into, int type, byte[] file, int from, int until) {
        int length = until - from;
        into.putInt(Integer.reverseBytes(type)).putInt(length).put(file, from, length);
        if (length % 2 == 1) {
            into.put((byte) 0);
        }
    }
}
