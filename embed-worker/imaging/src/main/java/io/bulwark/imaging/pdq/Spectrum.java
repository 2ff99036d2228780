package io.bulwark.imaging.pdq;

import static io.bulwark.imaging.pdq.TentWeights.SAMPLES;

import io.bulwark.imaging.preprocess.Pose;
import java.util.Arrays;

/**
 * The 16x16 coefficients that PDQ's bits are made of: the cosine transform (DCT-II) of the 64x64 samples at the
 * frequencies 1 to 16 along both axes. Frequency 0, the mean, is left out, so that neither brightness nor contrast
 * matters.
 *
 * @param coefficients {@code [16, 16]}; row {@code i} is vertical frequency {@code i + 1}
 */
record Spectrum(double[] coefficients) {

    /** Frequencies along an axis. */
    static final int FREQUENCIES = 16;

    /**
     * Coefficients nearer to each other than this are equal but for rounding: single precision, in which Meta's programs
     * compute, is good for a thousandth. Those of pictures run into the hundreds.
     */
    private static final double ROUNDING = 0.01;

    private static final double[][] COSINES = cosines();

    static Spectrum of(Brightness brightness) {
        double[] samples = brightness.samples();
        double[] coefficients = new double[FREQUENCIES * FREQUENCIES];
        for (int i = 0; i < FREQUENCIES; i++) {
            double[] column = new double[SAMPLES];
            for (int k = 0; k < SAMPLES; k++) {
                for (int x = 0; x < SAMPLES; x++) {
                    column[x] += COSINES[i][k] * samples[k * SAMPLES + x];
                }
            }
            for (int j = 0; j < FREQUENCIES; j++) {
                double sum = 0;
                for (int x = 0; x < SAMPLES; x++) {
                    sum += COSINES[j][x] * column[x];
                }
                coefficients[i * FREQUENCIES + j] = sum;
            }
        }
        return new Spectrum(coefficients);
    }

    private static double[][] cosines() {
        double[][] cosines = new double[FREQUENCIES][SAMPLES];
        for (int i = 0; i < FREQUENCIES; i++) {
            for (int k = 0; k < SAMPLES; k++) {
                cosines[i][k] = Math.sqrt(2.0 / SAMPLES) * Math.cos(Math.PI * (i + 1) * (2 * k + 1) / (2 * SAMPLES));
            }
        }
        return cosines;
    }

    /**
     * The spectrum of the turned or mirrored picture: who goes through an axis backwards sees the odd frequencies negated.
     * That of the turned pixels differs a little, because the samples do not lie in the very middle of what they sample.
     */
    Spectrum seen(Pose pose) {
        double[] seen = new double[coefficients.length];
        for (int i = 0; i < FREQUENCIES; i++) {
            for (int j = 0; j < FREQUENCIES; j++) {
                boolean negated = (pose.reversesRows() && isOdd(i + 1)) != (pose.reversesColumns() && isOdd(j + 1));
                double value = coefficients[i * FREQUENCIES + j];
                seen[pose.swapsSides() ? j * FREQUENCIES + i : i * FREQUENCIES + j] = negated ? -value : value;
            }
        }
        return new Spectrum(seen);
    }

    private static boolean isOdd(int frequency) {
        return frequency % 2 == 1;
    }

    /** A bit for each coefficient above the median, so that half of the bits are set. */
    PdqHash hash() {
        double median = median();
        long[] words = new long[Hex256.WORDS];
        for (int bit = 0; bit < PdqHash.BITS; bit++) {
            if (coefficients[bit] > median) {
                words[Hex256.WORDS - 1 - bit / Long.SIZE] |= 1L << bit % Long.SIZE;
            }
        }
        return PdqHash.of(words);
    }

    /** Whether rounding alone decides more bits than a match may differ in. */
    boolean isNoise() {
        double median = median();
        return Arrays.stream(coefficients)
                        .filter(value -> Math.abs(value - median) < ROUNDING)
                        .count()
                > PdqHash.MATCH_DISTANCE;
    }

    /** The 128th smallest. */
    private double median() {
        double[] sorted = coefficients.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2 - 1];
    }
}
