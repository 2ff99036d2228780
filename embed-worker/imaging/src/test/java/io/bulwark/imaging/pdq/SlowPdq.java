package io.bulwark.imaging.pdq;

import io.bulwark.imaging.pdq.PdqHash.PdqVariants.PdqFingerprint;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * PDQ step by step, as its definition reads, over the whole picture: brightness, a box filter along the rows, one along
 * the columns, both again, every 64th of the picture, the transform, the median. It shares no code with the tested one.
 */
final class SlowPdq {

    private static final int SIZE = 64;
    private static final int BITS = 16;

    private SlowPdq() {}

    /** In double precision, each box filtered by itself: what the definition means. */
    static PdqFingerprint exact(UprightPicture picture) {
        return fingerprint(blurred(picture, SlowPdq::means), false);
    }

    /**
     * In single precision throughout, the sum of a box made from that of the box before it, the transform along one
     * axis and then the other: how the published programs compute, whose last digits are others.
     */
    static PdqFingerprint singlePrecision(UprightPicture picture) {
        return fingerprint(blurred(picture, SlowPdq::runningMeans), true);
    }

    /** Rows, then columns, both twice. */
    private static double[][] blurred(UprightPicture picture, UnaryOperator<double[]> filter) {
        double[][] pixels = brightness(picture);
        for (int pass = 0; pass < 4; pass++) {
            for (int line = 0; line < pixels.length; line++) {
                pixels[line] = filter.apply(pixels[line]);
            }
            pixels = transposed(pixels);
        }
        return pixels;
    }

    private static double[][] brightness(UprightPicture picture) {
        double[][] pixels = new double[picture.height()][picture.width()];
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                int at = 3 * (y * picture.width() + x);
                pixels[y][x] = 0.299 * (picture.rgb()[at] & 0xff)
                        + 0.587 * (picture.rgb()[at + 1] & 0xff)
                        + 0.114 * (picture.rgb()[at + 2] & 0xff);
            }
        }
        return pixels;
    }

    private static int boxWidth(int length) {
        return (int) Math.ceil(length / 128.0);
    }

    private static double[] means(double[] line) {
        int width = boxWidth(line.length);
        double[] means = new double[line.length];
        for (int i = 0; i < line.length; i++) {
            int from = Math.max(0, i - (width - 1) / 2);
            int to = Math.min(line.length, i + width / 2 + 1);
            double sum = 0;
            for (int j = from; j < to; j++) {
                sum += line[j];
            }
            means[i] = sum / (to - from);
        }
        return means;
    }

    private static double[] runningMeans(double[] line) {
        int width = boxWidth(line.length);
        double[] means = new double[line.length];
        float sum = 0;
        int entered = 0;
        int left = 0;
        for (int i = 0; i < line.length; i++) {
            while (entered < Math.min(line.length, i + width / 2 + 1)) {
                sum += (float) line[entered++];
            }
            while (left < i - (width - 1) / 2) {
                sum -= (float) line[left++];
            }
            means[i] = sum / (entered - left);
        }
        return means;
    }

    private static double[][] transposed(double[][] pixels) {
        double[][] transposed = new double[pixels[0].length][pixels.length];
        for (int y = 0; y < pixels.length; y++) {
            for (int x = 0; x < pixels[0].length; x++) {
                transposed[x][y] = pixels[y][x];
            }
        }
        return transposed;
    }

    private static PdqFingerprint fingerprint(double[][] pixels, boolean single) {
        double[][] small = new double[SIZE][SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                small[y][x] =
                        pixels[(2 * y + 1) * pixels.length / (2 * SIZE)][(2 * x + 1) * pixels[0].length / (2 * SIZE)];
            }
        }
        return new PdqFingerprint(bits(single ? singleTransform(small) : transform(small)), quality(small));
    }

    private static int quality(double[][] small) {
        int sum = 0;
        for (double[][] lines : new double[][][] {small, transposed(small)}) {
            for (double[] line : lines) {
                for (int i = 1; i < SIZE; i++) {
                    sum += Math.abs((int) ((line[i - 1] - line[i]) * 100 / 255));
                }
            }
        }
        return Math.min(100, sum / 90);
    }

    private static double[] transform(double[][] small) {
        double[] coefficients = new double[BITS * BITS];
        for (int i = 0; i < BITS; i++) {
            double[] vertical = wave(i + 1);
            for (int j = 0; j < BITS; j++) {
                double[] horizontal = wave(j + 1);
                for (int y = 0; y < SIZE; y++) {
                    for (int x = 0; x < SIZE; x++) {
                        coefficients[BITS * i + j] += small[y][x] * vertical[y] * horizontal[x];
                    }
                }
            }
        }
        return coefficients;
    }

    private static double[] singleTransform(double[][] small) {
        double[] coefficients = new double[BITS * BITS];
        for (int i = 0; i < BITS; i++) {
            double[] vertical = wave(i + 1);
            float[] columns = new float[SIZE];
            for (int x = 0; x < SIZE; x++) {
                for (int y = 0; y < SIZE; y++) {
                    columns[x] += (float) vertical[y] * (float) small[y][x];
                }
            }
            for (int j = 0; j < BITS; j++) {
                double[] horizontal = wave(j + 1);
                float sum = 0;
                for (int x = 0; x < SIZE; x++) {
                    sum += columns[x] * (float) horizontal[x];
                }
                coefficients[BITS * i + j] = sum;
            }
        }
        return coefficients;
    }

    private static PdqHash bits(double[] coefficients) {
        double median =
                Arrays.stream(coefficients).sorted().skip(127).findFirst().orElseThrow();
        StringBuilder binary = new StringBuilder();
        for (int bit = 255; bit >= 0; bit--) {
            binary.append(coefficients[bit] > median ? '1' : '0');
        }
        StringBuilder hex = new StringBuilder();
        for (int digit = 0; digit < 64; digit++) {
            hex.append(Integer.toHexString(Integer.parseInt(binary.substring(4 * digit, 4 * digit + 4), 2)));
        }
        return PdqHash.parse(hex.toString());
    }

    private static double[] wave(int frequency) {
        return IntStream.range(0, SIZE)
                .mapToDouble(x -> Math.sqrt(2.0 / SIZE) * Math.cos(Math.PI * frequency * (x + 0.5) / SIZE))
                .toArray();
    }
}
