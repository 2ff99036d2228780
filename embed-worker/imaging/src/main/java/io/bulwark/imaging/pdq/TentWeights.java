package io.bulwark.imaging.pdq;

/**
 * What each of the 64 samples along one axis is made of. PDQ runs a box filter over the axis twice, which comes to a
 * tent, and then takes 64 of the values that it made. Both are linear, so that each sample is a weighted sum of the
 * pixels near it, and the others need not be filtered.
 *
 * <p>A box of width {@code w} reaches from {@code (w - 1) / 2} pixels before to {@code w / 2} pixels behind its own, is
 * clipped at the ends of the axis and divided by what is left of it.
 *
 * @param start the first pixel of each sample
 * @param weights those of the pixels from {@code start} on; each sample's sum to 1
 */
record TentWeights(int[] start, double[][] weights) {

    /** Samples along an axis. */
    static final int SAMPLES = 64;

    /** Two passes with boxes of this many to the axis reach as far as the distance between two samples. */
    private static final int BOXES = 2 * SAMPLES;

    /**
     * The weights of an axis.
     *
     * @param length pixels along it
     * @param reversed whether the pixels are counted from the other end of the axis
     */
    static TentWeights of(int length, boolean reversed) {
        Box box = new Box(length, (length + BOXES - 1) / BOXES);
        int[] start = new int[SAMPLES];
        double[][] weights = new double[SAMPLES][];
        for (int sample = 0; sample < SAMPLES; sample++) {
            int centre = (int) ((sample + 0.5) * length / SAMPLES);
            int from = box.from(box.from(centre));
            int to = box.to(box.to(centre) - 1);
            double[] tent = new double[to - from];
            for (int i = box.from(centre); i < box.to(centre); i++) {
                double share = 1.0 / box.count(centre) / box.count(i);
                for (int j = box.from(i); j < box.to(i); j++) {
                    tent[reversed ? to - 1 - j : j - from] += share;
                }
            }
            start[sample] = reversed ? length - to : from;
            weights[sample] = tent;
        }
        return new TentWeights(start, weights);
    }

    /** The weighted sum of one sample. */
    double weigh(int sample, double[] pixels) {
        double sum = 0;
        int from = start[sample];
        double[] tent = weights[sample];
        for (int i = 0; i < tent.length; i++) {
            sum += tent[i] * pixels[from + i];
        }
        return sum;
    }

    /**
     * Which pixels one box is the mean of.
     *
     * @param length pixels along the axis
     * @param width of the box where it is not clipped
     */
    private record Box(int length, int width) {

        int from(int centre) {
            return Math.max(0, centre - (width - 1) / 2);
        }

        /** One past the last. */
        int to(int centre) {
            return Math.min(length, centre + width / 2 + 1);
        }

        int count(int centre) {
            return to(centre) - from(centre);
        }
    }
}
