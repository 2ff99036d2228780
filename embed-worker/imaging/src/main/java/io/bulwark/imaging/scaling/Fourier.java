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

    /** Real and imaginary part at one frequency in 1 / steps (Goertzel). */
    static double[] at(double[] series, double frequency) {
        double turn = 2 * Math.PI * frequency;
        double cos = Math.cos(turn);
        double sin = Math.sin(turn);
        double re = 0;
        double im = 0;
        double c = 1;
        double s = 0;
        for (double value : series) {
            re += value * c;
            im -= value * s;
            double next = c * cos - s * sin;
            s = s * cos + c * sin;
            c = next;
        }
        return new double[] {re, im};
    }
}
