package io.bulwark.imaging.scaling;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The one spacing at which energy recurs along an axis.
 *
 * @param strength share of the energy that recurs at it beyond what its neighbours in the spectrum have, in [0, 1]
 * @param frequency in 1 / pixels: up to a half, or 1 where every pixel counts
 * @param phase where the energy is greatest, in pixels from the first on, below one spacing
 */
record Comb(double strength, double frequency, double phase) {

    /** Nothing recurs. */
    static final Comb NONE = new Comb(0, 0.5, 0);

    /** Of an axis that is hardly scaled. */
    static final Comb EVERY_PIXEL = new Comb(1, 1, 0);

    /** Least strength of a peak. */
    private static final double LEAST = 0.03;

    /** Share of positions whose energy counts at most as much as that of the others: single edges are no comb. */
    private static final double CALM = 0.97;

    /** Neighbours in the spectrum, whose median is the floor of a peak. */
    private static final int BLOCK = 48;

    /** Of the highest peaks the one is taken whose positions have the most energy: the others are overtones of it. */
    private static final int PEAKS = 4;

    /** Of the highest peak's height that another one has to have. */
    private static final double RIVAL = 0.5;

    private static final int STEPS = 24;

    /**
     * Looks for it; {@link #NONE} where nothing recurs.
     *
     * @param energy by position; modified
     * @param least frequency that is looked for
     */
    static Comb of(long[] energy, double least) {
        double[] profile = clipped(energy);
        double total = Arrays.stream(profile).sum();
        if (total <= 0) {
            return NONE;
        }
        int size = Integer.highestOneBit(Math.max(2 * BLOCK, profile.length) * 2 - 1);
        double[] spectrum = Fourier.magnitudes(profile, size);
        double[] above = aboveFloor(spectrum, Math.max(2, (int) Math.ceil(least * size)), total);
        return peaks(above).stream()
                .map(bin -> refined(profile, (double) bin / size, 1.0 / size, above[bin]))
                .max(Comparator.comparingDouble(comb -> comb.share(profile)))
                .orElse(NONE);
    }

    /** What each frequency from {@code from} on has beyond the median of its block, as a share of the energy. */
    private static double[] aboveFloor(double[] spectrum, int from, double total) {
        double[] above = new double[spectrum.length];
        for (int block = from; block < above.length; block += BLOCK) {
            int end = Math.min(above.length, block + BLOCK);
            double floor = median(spectrum, Math.max(1, Math.min(block, above.length - BLOCK)), end);
            for (int bin = block; bin < end; bin++) {
                above[bin] = (spectrum[bin] - floor) / total;
            }
        }
        return above;
    }

    /**
     * The highest, and the others that reach half of it: overtones and their mirror images at the top of the spectrum
     * are among them.
     */
    private static List<Integer> peaks(double[] above) {
        double highest = Arrays.stream(above).max().orElse(0);
        return IntStream.range(1, above.length)
                .filter(bin -> above[bin] >= Math.max(LEAST, RIVAL * highest)
                        && above[bin] >= above[bin - 1]
                        && (bin + 1 == above.length || above[bin] >= above[bin + 1]))
                .boxed()
                .sorted(Comparator.comparingDouble((Integer bin) -> -above[bin]))
                .limit(PEAKS)
                .toList();
    }

    /** Energy at the positions, as a multiple of what is there on average. */
    private double share(double[] profile) {
        int[] positions = positions(profile.length);
        double sum = Arrays.stream(positions).mapToDouble(at -> profile[at]).sum();
        return sum / Math.max(1, positions.length);
    }

    /** Positions of the spacing, rounded to pixels. */
    int[] positions(int length) {
        int count = (int) Math.max(0, Math.floor((length - 1 - phase) * frequency) + 1);
        int[] positions = new int[count];
        for (int i = 0; i < count; i++) {
            positions[i] = (int) Math.min(length - 1, Math.round(phase + i / frequency));
        }
        return positions;
    }

    private static double[] clipped(long[] energy) {
        long[] ascending = energy.clone();
        Arrays.sort(ascending);
        long most = ascending[(int) (CALM * (ascending.length - 1))];
        double[] profile = new double[energy.length];
        for (int i = 0; i < profile.length; i++) {
            // Hann's window: what the ends cut off would spread over the spectrum.
            double weight = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / profile.length);
            profile[i] = weight * Math.min(most, energy[i]);
        }
        return profile;
    }

    private static double median(double[] values, int from, int to) {
        double[] sorted = Arrays.copyOfRange(values, from, to);
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static Comb refined(double[] profile, double frequency, double width, double strength) {
        double[] near = IntStream.rangeClosed(-STEPS, STEPS)
                .mapToDouble(i -> frequency + i * width / STEPS)
                .filter(each -> each <= 0.5)
                .toArray();
        double[][] found = Fourier.at(profile, near);
        int best = IntStream.range(0, near.length)
                .boxed()
                .max(Comparator.comparingDouble(i -> Math.hypot(found[0][i], found[1][i])))
                .orElseThrow();
        double phase = -Math.atan2(found[1][best], found[0][best]) / (2 * Math.PI * near[best]);
        double spacing = 1 / near[best];
        return new Comb(Math.max(0, Math.min(1, strength)), near[best], ((phase % spacing) + spacing) % spacing);
    }

    /** Fourier transforms of short real series (Cooley and Tukey, radix 2). */
    static final class Fourier {

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
}
