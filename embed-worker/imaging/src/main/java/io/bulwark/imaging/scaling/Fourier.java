package io.bulwark.imaging.scaling;

/** Fourier transforms of short real series (Cooley and Tukey, radix 2). */
final class Fourier {

    private Fourier() {}

    /**
     * Magnitudes of a series with zeros behind it.
     *
     * @param size a power of two, at least the series' length
     * @return at frequencies 0 to a half, {@code [size / 2 + 1]}
     */
    static double[] magnitudes(double[] series, int size) {
        double[] real = new double[size];
        double[] imaginary = new double[size];
        int shift = Integer.numberOfLeadingZeros(size) + 1;
        for (int i = 0; i < series.length; i++) {
            real[Integer.reverse(i) >>> shift] = series[i];
        }
        double[] cosines = new double[size / 2];
        double[] sines = new double[size / 2];
        for (int k = 0; k < size / 2; k++) {
            cosines[k] = Math.cos(2 * Math.PI * k / size);
            sines[k] = -Math.sin(2 * Math.PI * k / size);
        }
        for (int half = 1; half < size; half *= 2) {
            for (int k = 0; k < half; k++) {
                double cos = cosines[k * (size / 2 / half)];
                double sin = sines[k * (size / 2 / half)];
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
            magnitudes[i] = Math.hypot(real[i], imaginary[i]);
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
