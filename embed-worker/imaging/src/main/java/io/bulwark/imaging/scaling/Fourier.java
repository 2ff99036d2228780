package io.bulwark.imaging.scaling;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Fourier transforms of short real series (Cooley and Tukey, radix 2). */
final class Fourier {

    /** By size: there are some fifteen, the largest of a picture as wide as pictures can be. */
    private static final Map<Integer, double[]> TURNS = new ConcurrentHashMap<>();

    private Fourier() {}

    /** Of half a turn. */
    private static double[] cosines(int size) {
        double[] cosines = new double[size / 2];
        for (int k = 0; k < cosines.length; k++) {
            cosines[k] = Math.cos(2 * Math.PI * k / size);
        }
        return cosines;
    }

    /**
     * Magnitudes of a series with zeros behind it.
     *
     * @param size a power of two, at least the series' length and 4
     * @return at frequencies 0 to a half, {@code [size / 2 + 1]}
     */
    static double[] magnitudes(double[] series, int size) {
        double[] real = new double[size];
        double[] imaginary = new double[size];
        int shift = Integer.numberOfLeadingZeros(size) + 1;
        for (int i = 0; i < series.length; i++) {
            real[Integer.reverse(i) >>> shift] = series[i];
        }
        double[] cosines = TURNS.computeIfAbsent(size, Fourier::cosines);
        int quarter = size / 4;
        for (int half = 1; half < size; half *= 2) {
            for (int k = 0; k < half; k++) {
                int turn = k * (size / 2 / half);
                double cos = cosines[turn];
                double sin = turn < quarter ? -cosines[quarter - turn] : -cosines[turn - quarter];
                for (int i = k; i < size; i += 2 * half) {
                    int j = i + half;
                    double re = cos * real[j] - sin * imaginary[j];
                    double im = cos * imaginary[j] + sin * real[j];
                    real[j] = real[i] - re;
                    imaginary[j] = imaginary[i] - im;
                    real[i] += re;
                    imaginary[i] += im;
                }
            }
        }
        double[] magnitudes = new double[size / 2 + 1];
        for (int i = 0; i < magnitudes.length; i++) {
            magnitudes[i] = Math.sqrt(real[i] * real[i] + imaginary[i] * imaginary[i]);
        }
        return magnitudes;
    }

    /**
     * At some frequencies in 1 / steps. They are followed together, because each step of one waits for its last.
     *
     * @return real parts, and imaginary ones, {@code [2, frequencies]}
     */
    static double[][] at(double[] series, double[] frequencies) {
        int count = frequencies.length;
        double[] cosines = new double[count];
        double[] sines = new double[count];
        double[] re = new double[count];
        double[] im = new double[count];
        double[] c = new double[count];
        double[] s = new double[count];
        for (int i = 0; i < count; i++) {
            cosines[i] = Math.cos(2 * Math.PI * frequencies[i]);
            sines[i] = Math.sin(2 * Math.PI * frequencies[i]);
            c[i] = 1;
        }
        for (double value : series) {
            step(value, cosines, sines, c, s, re, im);
        }
        return new double[][] {re, im};
    }

    private static void step(
            double value, double[] cosines, double[] sines, double[] c, double[] s, double[] re, double[] im) {
        for (int i = 0; i < cosines.length; i++) {
            double cos = c[i];
            double sin = s[i];
            re[i] += value * cos;
            im[i] -= value * sin;
            c[i] = cos * cosines[i] - sin * sines[i];
            s[i] = sin * cosines[i] + cos * sines[i];
        }
    }
}
