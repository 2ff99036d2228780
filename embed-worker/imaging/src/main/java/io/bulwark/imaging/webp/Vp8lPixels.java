package io.bulwark.imaging.webp;

import io.bulwark.imaging.RefusedException;
import java.util.HexFormat;

/**
 * Pixels of a lossless WebP or one of its sub-images: literals, repetitions and colours of the cache (RFC 9649, section 3.6).
 */
final class Vp8lPixels {

    private static final int FIRST_CACHED = PixelCodes.LITERALS + PixelCodes.LENGTHS;

    /**
     * The 120 nearest places, two digits each (section 3.6.2.2): how many rows up, and how many columns from the
     * eighth to the right towards the left, 8 being straight above.
     */
    private static final byte[] NEAR = HexFormat.of()
            .parseHex("1807171928062729161a262a38053739151b363a252b48044749141c353b464a242c58454b343c03"
                    + "5759131d565a232d444c555b333d68026769121e666a222e545c434d656b323e78017779535d111f"
                    + "646c424e767a212f757b313f636d525e00747c414f1020626e30737d515f40727e616f50717f6070");

    private static final int CACHE_MULTIPLIER = 0x1e35a7bd;

    private final LsbBits bits;
    private final PixelCodes[] groups;
    private final int[] groupNumbers;
    private final int blockBits;
    private final int cacheBits;
    private final int[] cache;

    /**
     * Begins to read.
     *
     * @param groupNumbers which of the groups holds for each block; null where there is one
     * @param blockBits logarithm of a block's side
     * @param cacheBits logarithm of the colour cache's size, 0 for none
     */
    Vp8lPixels(LsbBits bits, PixelCodes[] groups, int[] groupNumbers, int blockBits, int cacheBits) {
        this.bits = bits;
        this.groups = groups;
        this.groupNumbers = groupNumbers;
        this.blockBits = blockBits;
        this.cacheBits = cacheBits;
        this.cache = new int[cacheBits == 0 ? 0 : 1 << cacheBits];
    }

    void read(int width, int height, int[] argb) {
        int total = width * height;
        int blocksPerRow = width + (1 << blockBits) - 1 >> blockBits;
        int mask = groupNumbers == null ? -1 : (1 << blockBits) - 1;
        PixelCodes group = groups[0];
        int at = 0;
        int x = 0;
        int y = 0;
        boolean stale = true;
        while (at < total) {
            if (groupNumbers != null && (stale || (x & mask) == 0)) {
                group = groups[groupNumbers[(y >> blockBits) * blocksPerRow + (x >> blockBits)]];
            }
            int code = group.green().read(bits);
            int count = 1;
            if (code < PixelCodes.LITERALS) {
                int red = group.red().read(bits);
                int blue = group.blue().read(bits);
                int alpha = group.alpha().read(bits);
                argb[at] = alpha << 24 | red << 16 | code << 8 | blue;
            } else if (code < FIRST_CACHED) {
                count = number(code - PixelCodes.LITERALS);
                int distance = distance(number(group.distance().read(bits)), width);
                if (distance > at || count > total - at) {
                    throw RefusedException.corrupt("WebP repeats pixels that it does not hold");
                }
                for (int i = at; i < at + count; i++) {
                    argb[i] = argb[i - distance];
                }
                bits.check();
            } else {
                argb[at] = cache[code - FIRST_CACHED];
            }
            for (int i = at; cacheBits > 0 && i < at + count; i++) {
                cache[argb[i] * CACHE_MULTIPLIER >>> 32 - cacheBits] = argb[i];
            }
            at += count;
            x += count;
            stale = count > 1;
            if (x >= width) {
                y += x / width;
                x %= width;
                stale = true;
                bits.check();
            }
        }
        bits.check();
    }

    /** A length or distance by its prefix (section 3.6.2). */
    private int number(int prefix) {
        if (prefix < 4) {
            return prefix + 1;
        }
        int extra = prefix - 2 >> 1;
        return (2 + (prefix & 1) << extra) + bits.read(extra) + 1;
    }

    private static int distance(int code, int width) {
        if (code > NEAR.length) {
            return code - NEAR.length;
        }
        int place = NEAR[code - 1];
        return Math.max(1, (place >> 4) * width + 8 - (place & 15));
    }
}
