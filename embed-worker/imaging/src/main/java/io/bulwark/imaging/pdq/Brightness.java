package io.bulwark.imaging.pdq;

import static io.bulwark.imaging.pdq.TentWeights.SAMPLES;

import io.bulwark.imaging.preprocess.Pose;
import io.bulwark.imaging.rows.PixelRows;

/**
 * The 64x64 samples of a picture's brightness that PDQ is made of, as the picture is seen.
 *
 * <p>Rows are gone through once and weighed into one row of sums, which is then weighed into 64 samples: no copy of the
 * picture is made, and most of the time goes into reading its bytes. Turning happens here as well, in the weights.
 *
 * @param samples {@code [64, 64]}, rows first, in [0, 255]
 */
record Brightness(double[] samples) {

    /** What makes a pixel's brightness (ITU-R BT.601), in thousandths. */
    private static final int RED = 299;

    private static final int GREEN = 587;
    private static final int BLUE = 114;
    private static final int ALL = RED + GREEN + BLUE;

    /** A hundredth of the range of brightness is the least difference that counts; so many make one point of quality. */
    private static final int DIFFERENCES_A_POINT = 90;

    /** Samples what a person sees of a picture. */
    static Brightness of(PixelRows picture, Pose pose) {
        TentWeights columns = TentWeights.of(picture.width(), pose.reversesColumns());
        TentWeights rows = TentWeights.of(picture.height(), pose.reversesRows());
        double[] samples = new double[SAMPLES * SAMPLES];
        byte[] row = new byte[picture.width() * picture.channels()];
        for (int i = 0; i < SAMPLES; i++) {
            double[] sums = new double[picture.width()];
            double[] weights = rows.weights()[i];
            for (int k = 0; k < weights.length; k++) {
                picture.read(rows.start()[i] + k, 0, picture.width(), row);
                add(row, picture.channels(), weights[k], sums);
            }
            for (int j = 0; j < SAMPLES; j++) {
                samples[pose.swapsSides() ? j * SAMPLES + i : i * SAMPLES + j] = columns.weigh(j, sums);
            }
        }
        return new Brightness(samples);
    }

    private static void add(byte[] row, int channels, double weight, double[] sums) {
        if (channels == 1) {
            for (int x = 0; x < sums.length; x++) {
                sums[x] += weight * (row[x] & 0xff);
            }
            return;
        }
        double thousandth = weight / ALL;
        for (int x = 0, at = 0; x < sums.length; x++, at += 3) {
            int brightness = RED * (row[at] & 0xff) + GREEN * (row[at + 1] & 0xff) + BLUE * (row[at + 2] & 0xff);
            sums[x] += thousandth * brightness;
        }
    }

    /**
     * How much there is to see, 0 to 100: the differences between neighbouring samples, in whole hundredths of the range,
     * summed up. Meta's recommendation is to match no hash of less than 50.
     */
    int quality() {
        int differences = 0;
        for (int i = 0; i < SAMPLES; i++) {
            for (int j = 0; j < SAMPLES; j++) {
                int at = i * SAMPLES + j;
                differences += i + 1 < SAMPLES ? hundredths(samples[at] - samples[at + SAMPLES]) : 0;
                differences += j + 1 < SAMPLES ? hundredths(samples[at] - samples[at + 1]) : 0;
            }
        }
        return Math.min(Quality.BEST, differences / DIFFERENCES_A_POINT);
    }

    private static int hundredths(double difference) {
        return (int) Math.abs(difference * 100 / 255);
    }
}
