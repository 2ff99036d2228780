package io.bulwark.imaging.scaling;

import java.util.Arrays;

/**
 * How far one picture is another one and not the same in other tones. Halftones, dithering, grids and patterns of cloth have
 * their own tone at each place of the pattern, but that tone follows the picture. So what is a function of the view's tone is
 * taken off: in each window the mean of the windows of the same tone.
 */
final class OtherPicture {

    private static final int MOST_TONES = 32;

    /** Windows of a tone on average, at least: the mean of one window alone would take all of it off. */
    private static final int FEWEST_OF_TONE = 8;

    private OtherPicture() {}

    /**
     * Root mean square of what is left, over the quarter of the windows with the most, as a share of
     * {@link ScalingTrace#FULL_LEVELS}.
     *
     * @param points means of the one picture, {@code [windows, channels]}, in levels of 8 bits
     * @param view means of the other one
     * @return in [0, 1]
     */
    static double share(double[] points, double[] view, int channels) {
        double[] squares = new double[points.length / channels];
        int tones = Math.max(1, Math.min(MOST_TONES, squares.length / FEWEST_OF_TONE));
        for (int channel = 0; channel < channels; channel++) {
            double[] sums = new double[tones];
            int[] counts = new int[tones];
            for (int i = channel; i < points.length; i += channels) {
                sums[tone(view[i], tones)] += points[i];
                counts[tone(view[i], tones)]++;
            }
            for (int i = channel; i < points.length; i += channels) {
                int tone = tone(view[i], tones);
                double left = points[i] - sums[tone] / counts[tone];
                squares[i / channels] += left * left / channels;
            }
        }
        Arrays.sort(squares);
        int quarter = Math.max(1, squares.length / 4);
        double mean =
                Arrays.stream(squares, squares.length - quarter, squares.length).sum() / quarter;
        return Math.min(1, Math.sqrt(mean) / ScalingTrace.FULL_LEVELS);
    }

    private static int tone(double level, int tones) {
        return Math.max(0, Math.min(tones - 1, (int) (level * tones / 256)));
    }
}
