package io.bulwark.imaging.webp;

/** VP8's inverse transforms (RFC 6386, section 14), with the rounding of libwebp. */
final class Vp8Inverse {

    /** sqrt(2) cos(pi / 8) less 1, and sqrt(2) sin(pi / 8), in 65536ths. */
    private static final int COSINE = 20_091;

    private static final int SINE = 35_468;

    private Vp8Inverse() {}

    /** Spreads the 16 values of Y2 to the first values of the 16 blocks of Y. */
    static void walshHadamard(short[] y2, short[] values) {
        int[] half = new int[16];
        for (int i = 0; i < 4; i++) {
            int a0 = y2[i] + y2[12 + i];
            int a1 = y2[4 + i] + y2[8 + i];
            int a2 = y2[4 + i] - y2[8 + i];
            int a3 = y2[i] - y2[12 + i];
            half[i] = a0 + a1;
            half[8 + i] = a0 - a1;
            half[4 + i] = a3 + a2;
            half[12 + i] = a3 - a2;
        }
        for (int i = 0; i < 4; i++) {
            int dc = half[4 * i] + 3;
            int a0 = dc + half[4 * i + 3];
            int a1 = half[4 * i + 1] + half[4 * i + 2];
            int a2 = half[4 * i + 1] - half[4 * i + 2];
            int a3 = dc - half[4 * i + 3];
            int to = 64 * i;
            values[to] = (short) (a0 + a1 >> 3);
            values[to + 16] = (short) (a3 + a2 >> 3);
            values[to + 32] = (short) (a0 - a1 >> 3);
            values[to + 48] = (short) (a3 - a2 >> 3);
        }
    }

    /**
     * Adds the transform of a block to its prediction.
     *
     * @param half scratch of 16
     * @param at index of the block's first sample
     */
    static void add(short[] values, int block, byte[] samples, int at, int stride, int[] half) {
        for (int i = 0; i < 4; i++) {
            int in = block + i;
            int a = values[in] + values[in + 8];
            int b = values[in] - values[in + 8];
            int c = sine(values[in + 4]) - cosine(values[in + 12]);
            int d = cosine(values[in + 4]) + sine(values[in + 12]);
            half[4 * i] = a + d;
            half[4 * i + 1] = b + c;
            half[4 * i + 2] = b - c;
            half[4 * i + 3] = a - d;
        }
        for (int i = 0; i < 4; i++) {
            int dc = half[i] + 4;
            int a = dc + half[8 + i];
            int b = dc - half[8 + i];
            int c = sine(half[4 + i]) - cosine(half[12 + i]);
            int d = cosine(half[4 + i]) + sine(half[12 + i]);
            int to = at + i * stride;
            samples[to] = clip((samples[to] & 0xff) + (a + d >> 3));
            samples[to + 1] = clip((samples[to + 1] & 0xff) + (b + c >> 3));
            samples[to + 2] = clip((samples[to + 2] & 0xff) + (b - c >> 3));
            samples[to + 3] = clip((samples[to + 3] & 0xff) + (a - d >> 3));
        }
    }

    private static int cosine(int value) {
        return (value * COSINE >> 16) + value;
    }

    private static int sine(int value) {
        return value * SINE >> 16;
    }

    static byte clip(int value) {
        return (byte) Math.max(0, Math.min(255, value));
    }
}
