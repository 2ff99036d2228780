package io.bulwark.imaging.webp;

import io.bulwark.imaging.RefusedException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Lossless WebP (RFC 9649, section 3). The picture is decoded, transformed back and unpacked in one array; sub-images of
 * transforms and codes are at most a 16th of it each. One instance decodes one picture.
 */
final class Vp8lDecoder {

    /** Ints of the picture, and in blocks of 4x4 pixels those of two transforms and of the codes. */
    private static final int BYTES_PER_16_PIXELS = 16 * 4 + 3 * 4;

    /** What code tables may take for each byte of the data. */
    private static final int TABLE_BYTES_PER_BYTE = 64;

    private static final int LEAST_TABLE_BYTES = 64 << 10;

    /** libwebp makes at most 2,600 groups of codes, of some 5 KB each. */
    private static final int MOST_TABLE_BYTES = 32 << 20;

    /** Palette, colour cache and what rounding up to blocks adds to sub-images one block high. */
    private static final int SMALL_BYTES = 128 << 10;

    private static final int MOST_PALETTE = 256;

    private final LsbBits bits;
    private final PrefixCodeReader codes;
    private final Deque<Vp8lTransform> transforms = new ArrayDeque<>();

    /**
     * Begins to decode.
     *
     * @param start of the data: behind the size in a VP8L chunk, behind the first byte of an ALPH chunk
     * @param end of the data
     */
    Vp8lDecoder(byte[] file, int start, int end) {
        this.bits = new LsbBits(file, start, end);
        this.codes = new PrefixCodeReader(bits, tableBytes(end - start));
    }

    /** Heap that decoding fills at its peak, the picture included. */
    static long bytes(long pixels, int dataLength) {
        return pixels * BYTES_PER_16_PIXELS / 16 + tableBytes(dataLength) + SMALL_BYTES;
    }

    private static long tableBytes(int dataLength) {
        return Math.min(MOST_TABLE_BYTES, LEAST_TABLE_BYTES + (long) dataLength * TABLE_BYTES_PER_BYTE);
    }

    /**
     * Decodes the picture.
     *
     * @return ARGB, {@code [height, width]}
     * @throws RefusedException if the data is damaged
     */
    int[] decode(int width, int height) {
        int packedWidth = width;
        int seen = 0;
        while (bits.flag()) {
            int type = bits.read(2);
            if ((seen & 1 << type) != 0) {
                throw RefusedException.corrupt("WebP holds the transform " + type + " twice");
            }
            seen |= 1 << type;
            Vp8lTransform transform = transform(type, packedWidth, height);
            transforms.push(transform);
            packedWidth = transform.packedWidth();
        }
        int[] argb = new int[width * height];
        pixels(packedWidth, height, argb, true);
        for (Vp8lTransform transform : transforms) {
            transform.undo(argb, height);
        }
        return argb;
    }

    private Vp8lTransform transform(int type, int width, int height) {
        return switch (type) {
            case 0, 1 -> {
                int blockBits = 2 + bits.read(3);
                int[] blocks = subImage(blocks(width, blockBits), blocks(height, blockBits));
                yield type == 0
                        ? new PredictorTransform(width, blockBits, blocks)
                        : new ColourTransform(width, blockBits, blocks);
            }
            case 2 -> new GreenTransform(width);
            default -> {
                int size = 1 + bits.read(8);
                int[] palette = new int[MOST_PALETTE];
                pixels(size, 1, palette, false);
                yield PaletteTransform.of(width, size, palette);
            }
        };
    }

    private int[] subImage(int width, int height) {
        int[] argb = new int[width * height];
        pixels(width, height, argb, false);
        return argb;
    }

    private static int blocks(int size, int blockBits) {
        return size + (1 << blockBits) - 1 >> blockBits;
    }

    /** Decodes pixels into the beginning of an array. */
    private void pixels(int width, int height, int[] argb, boolean isPicture) {
        int cacheBits = bits.flag() ? bits.read(4) : 0;
        if (cacheBits != 0 && !PixelCodes.isCacheBits(cacheBits)) {
            throw RefusedException.corrupt("WebP holds a colour cache of " + cacheBits + " bits");
        }
        int blockBits = 0;
        int[] groupNumbers = null;
        int groupCount = 1;
        if (isPicture && bits.flag()) {
            blockBits = 2 + bits.read(3);
            groupNumbers = subImage(blocks(width, blockBits), blocks(height, blockBits));
            for (int i = 0; i < groupNumbers.length; i++) {
                groupNumbers[i] = groupNumbers[i] >> 8 & 0xffff;
                groupCount = Math.max(groupCount, groupNumbers[i] + 1);
            }
        }
        codes.take((long) groupCount * Long.BYTES);
        PixelCodes[] groups = new PixelCodes[groupCount];
        int cacheSize = cacheBits == 0 ? 0 : 1 << cacheBits;
        for (int i = 0; i < groupCount; i++) {
            groups[i] = PixelCodes.read(codes, cacheSize);
        }
        new Vp8lPixels(bits, groups, groupNumbers, blockBits, cacheBits).read(width, height, argb);
    }
}
