package io.bulwark.imaging.webp;

import io.bulwark.imaging.RefusedException;

/** The alpha of a lossy WebP: an ALPH chunk (RFC 9649, section 2.7.1.2). */
final class AlphaPlane {

    private static final int HORIZONTAL = 1;
    private static final int VERTICAL = 2;
    private static final int GRADIENT = 3;

    private AlphaPlane() {}

    /** Heap that decoding fills at its peak, the plane included. */
    static long bytes(byte[] file, int start, int end, long pixels) {
        boolean isCompressed = end > start && (file[start] & 3) != 0;
        return pixels + (isCompressed ? Vp8lDecoder.bytes(pixels, end - start) : 0);
    }

    /**
     * Decodes the chunk.
     *
     * @param start of its data
     * @param end of it
     * @return {@code [height, width]}
     * @throws RefusedException if it is damaged
     */
    static byte[] decode(byte[] file, int start, int end, int width, int height) {
        int head = end > start ? file[start] & 0xff : -1;
        int compression = head & 3;
        // One kind of preprocessing is known, which changes nothing for decoders; nor does the lowest reserved bit.
        if (head < 0 || compression > 1 || (head & 0x20) != 0 || (head & 0x80) != 0) {
            throw RefusedException.corrupt("WebP holds alpha of an unknown kind");
        }
        byte[] alpha = compression == 0
                ? stored(file, start + 1, end, width * height)
                : greens(new Vp8lDecoder(file, start + 1, end).decode(width, height));
        unfilter(head >> 2 & 3, alpha, width, height);
        return alpha;
    }

    private static byte[] stored(byte[] file, int start, int end, int pixels) {
        if (end - start < pixels) {
            throw RefusedException.corrupt("WebP alpha ends before its last pixel");
        }
        byte[] alpha = new byte[pixels];
        System.arraycopy(file, start, alpha, 0, pixels);
        return alpha;
    }

    private static byte[] greens(int[] argb) {
        byte[] alpha = new byte[argb.length];
        for (int i = 0; i < argb.length; i++) {
            alpha[i] = (byte) (argb[i] >> 8);
        }
        return alpha;
    }

    private static void unfilter(int filter, byte[] alpha, int width, int height) {
        for (int y = 0; filter != 0 && y < height; y++) {
            int row = y * width;
            for (int x = 0; x < width; x++) {
                int at = row + x;
                int left = x > 0 ? alpha[at - 1] & 0xff : 0;
                int top = y > 0 ? alpha[at - width] & 0xff : 0;
                alpha[at] += (byte) predict(filter, x, y, left, top, x > 0 && y > 0 ? alpha[at - width - 1] & 0xff : 0);
            }
        }
    }

    private static int predict(int filter, int x, int y, int left, int top, int topLeft) {
        if (y == 0 || filter == HORIZONTAL) {
            return x == 0 ? top : left;
        }
        if (x == 0 || filter == VERTICAL) {
            return top;
        }
        return filter == GRADIENT ? Math.max(0, Math.min(255, left + top - topLeft)) : 0;
    }
}
