package io.bulwark.imaging.webp;

/**
 * A lossless WebP of an image of 65,536 blocks that names 8,192 groups of codes, ten bytes each that make a table of 1
 * KB.
 */
public final class CodeTableBomb {

    private CodeTableBomb() {}

    public static byte[] file() {
        WebpWriter.Bits bits = entropyImage();
        for (int i = 0; i < 5 * 8192; i++) {
            longCode(bits);
        }
        return new WebpWriter().chunk("VP8L", bits.bytes()).end();
    }

    private static WebpWriter.Bits entropyImage() {
        WebpWriter.Bits bits = new WebpWriter.Bits();
        bits.put(0x2f, 8).put(1023, 14).put(1023, 14).put(0, 4);
        // No transform, no cache, groups by blocks of 4x4 pixels, whose image has no cache.
        bits.put(0, 1).put(0, 1).put(1, 1).put(0, 3).put(0, 1);
        evenCode(bits);
        evenCode(bits);
        for (int i = 0; i < 3; i++) {
            bits.put(1, 1).put(0, 1).put(0, 1).put(0, 1);
        }
        for (int group = 0; group < 256 * 256; group++) {
            bits.put(Integer.reverse(group & 0xff) >>> 24, 8).put(Integer.reverse(group >> 8 & 31) >>> 24, 8);
        }
        return bits;
    }

    /** A code of the symbols 0 to 255, of eight bits each. */
    private static void evenCode(WebpWriter.Bits bits) {
        // One length, 8, which is the twelfth in order, and 256 symbols of it: 2, and 254 in eight bits.
        bits.put(0, 1).put(8, 4).put(0, 3 * 11).put(1, 3).put(1, 1).put(3, 3).put(254, 8);
    }

    /** A code of nine symbols whose lengths are 1 to 8, and 8 again. */
    private static void longCode(WebpWriter.Bits bits) {
        // The code of lengths has 1 to 8 in three bits each; 16 stands among them in order, and 0 and 17 and 18 before.
        bits.put(0, 1).put(8, 4).put(0, 9);
        for (int i = 0; i < 9; i++) {
            bits.put(i == 5 ? 0 : 3, 3);
        }
        bits.put(1, 1).put(1, 3).put(7, 4);
        for (int length : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 8}) {
            bits.put(Integer.reverse(length - 1) >>> 29, 3);
        }
    }
}
