package io.bulwark.imaging.webp;

import io.bulwark.imaging.RefusedException;

/** The header of a VP8 key frame (RFC 6386, section 9), read in the order of the file. */
final class Vp8Header {

    /** Bytes before the first partition. */
    static final int START = 10;

    private static final int SEGMENTS = 4;
    private static final int DELTAS = 4;

    final int width;
    final int height;
    final boolean segmented;
    final boolean updatesMap;
    final int[] segmentProbabilities = {255, 255, 255};
    final int[] segmentQuantizers = new int[SEGMENTS];
    final int[] segmentLevels = new int[SEGMENTS];
    final boolean simpleFilter;
    final int filterLevel;
    final int sharpness;
    final boolean deltas;
    final int[] referenceDeltas = new int[DELTAS];
    final int[] modeDeltas = new int[DELTAS];
    final BoolDecoder[] partitions;
    final Vp8Steps[] steps = new Vp8Steps[SEGMENTS];
    final byte[] coefficients = Vp8Tables.COEFFICIENTS.clone();
    final boolean skips;
    final int skipProbability;

    /** The first partition, from the macroblocks' modes on. */
    final BoolDecoder modes;

    /**
     * Reads a header.
     *
     * @param start of the chunk's data
     * @param end of it
     */
    Vp8Header(byte[] file, int start, int end) {
        int[] size = size(file, start, end);
        this.width = size[0];
        this.height = size[1];
        int tag = u24(file, start);
        int first = start + START;
        int second = first + (tag >> 5);
        if ((tag >> 1 & 7) > 3 || (tag & 16) == 0 || second > end) {
            throw RefusedException.corrupt("WebP holds no picture of VP8 that is shown, or only a part of it");
        }
        BoolDecoder in = new BoolDecoder(file, first, second);
        // Colour space and clamping, of which decoders of WebP take no notice.
        in.number(2);
        this.segmented = in.flag();
        boolean map = false;
        boolean absolute = false;
        if (segmented) {
            map = in.flag();
            if (in.flag()) {
                absolute = in.flag();
                fill(segmentQuantizers, in, 7);
                fill(segmentLevels, in, 6);
            }
            for (int i = 0; map && i < segmentProbabilities.length; i++) {
                segmentProbabilities[i] = in.flag() ? in.number(8) : 255;
            }
        }
        this.updatesMap = map;
        this.simpleFilter = in.flag();
        this.filterLevel = in.number(6);
        this.sharpness = in.number(3);
        this.deltas = in.flag();
        if (deltas && in.flag()) {
            fill(referenceDeltas, in, 6);
            fill(modeDeltas, in, 6);
        }
        this.partitions = partitions(file, second, end, 1 << in.number(2));
        quantizers(in, absolute);
        // Whether the probabilities are kept for a next frame, which a picture has not.
        in.flag();
        for (int i = 0; i < coefficients.length; i++) {
            if (in.bit(Vp8Tables.UPDATES[i] & 0xff)) {
                coefficients[i] = (byte) in.number(8);
            }
        }
        this.skips = in.flag();
        this.skipProbability = skips ? in.number(8) : 0;
        in.check();
        this.modes = in;
        for (int i = 0; segmented && !absolute && i < SEGMENTS; i++) {
            segmentLevels[i] += filterLevel;
        }
    }

    /** Width and height of a key frame. */
    static int[] size(byte[] file, int start, int end) {
        boolean isKeyFrame = end - start >= START
                && (file[start] & 1) == 0
                && file[start + 3] == (byte) 0x9d
                && file[start + 4] == 1
                && file[start + 5] == 0x2a;
        if (!isKeyFrame) {
            throw RefusedException.corrupt("WebP holds no key frame of VP8");
        }
        return new int[] {u16(file, start + 6) & 0x3fff, u16(file, start + 8) & 0x3fff};
    }

    private static void fill(int[] values, BoolDecoder in, int bits) {
        for (int i = 0; i < values.length; i++) {
            values[i] = in.optional(bits);
        }
    }

    private static BoolDecoder[] partitions(byte[] file, int start, int end, int count) {
        BoolDecoder[] partitions = new BoolDecoder[count];
        int at = start + 3 * (count - 1);
        if (at > end) {
            throw RefusedException.corrupt("WebP data ends before its partitions");
        }
        for (int i = 0; i < count; i++) {
            // libwebp cuts a partition off at the end, too; what is missing of it is found out when it is read.
            int length = i < count - 1 ? u24(file, start + 3 * i) : end - at;
            int next = Math.min(end, at + length);
            partitions[i] = new BoolDecoder(file, at, next);
            at = next;
        }
        return partitions;
    }

    private void quantizers(BoolDecoder in, boolean absolute) {
        int base = in.number(7);
        int[] offsets = new int[5];
        fill(offsets, in, 4);
        for (int i = 0; i < SEGMENTS; i++) {
            int index = segmented ? segmentQuantizers[i] + (absolute ? 0 : base) : base;
            steps[i] = Vp8Steps.of(index, offsets);
        }
    }

    private static int u16(byte[] file, int at) {
        return file[at] & 0xff | (file[at + 1] & 0xff) << 8;
    }

    private static int u24(byte[] file, int at) {
        return u16(file, at) | (file[at + 2] & 0xff) << 16;
    }
}
