package io.bulwark.imaging.jpeg;

/**
 * Four-component JPEG samples to Pillow's CMYK, where 0 is no ink. Files hold the inverse (Adobe's convention, which
 * Pillow assumes for all of them); YCCK is first turned to CMY by libjpeg's fixed-point tables.
 */
final class CmykJpeg {

    private static final int SCALE_BITS = 16;
    private static final int ONE_HALF = 1 << (SCALE_BITS - 1);

    private CmykJpeg() {}

    /** Converts in place; {@code samples} is {@code [H, W, 4]}. */
    static void toPillow(byte[] samples, boolean ycck) {
        for (int i = 0; i < samples.length; i += 4) {
            if (ycck) {
                int y = samples[i] & 0xff;
                int cb = (samples[i + 1] & 0xff) - 128;
                int cr = (samples[i + 2] & 0xff) - 128;
                // libjpeg gives 255 - R; Pillow's inversion makes R of it.
                samples[i] = clip(y + ((fix(1.40200) * cr + ONE_HALF) >> SCALE_BITS));
                samples[i + 1] = clip(y + ((-fix(0.34414) * cb - fix(0.71414) * cr + ONE_HALF) >> SCALE_BITS));
                samples[i + 2] = clip(y + ((fix(1.77200) * cb + ONE_HALF) >> SCALE_BITS));
            } else {
                samples[i] = (byte) ~samples[i];
                samples[i + 1] = (byte) ~samples[i + 1];
                samples[i + 2] = (byte) ~samples[i + 2];
            }
            samples[i + 3] = (byte) ~samples[i + 3];
        }
    }

    private static int fix(double x) {
        return (int) (x * (1 << SCALE_BITS) + 0.5);
    }

    private static byte clip(int v) {
        return (byte) Math.max(0, Math.min(255, v));
    }
}
