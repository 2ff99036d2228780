package io.bulwark.imaging.scaling;

/**
 * What points at a picture that is hidden for another program's scaling.
 *
 * @param spectrum how much of what the view does not show recurs at one spacing, in [0, 1]: the weaker of both axes
 * @param downAndUp how far the pixels at that spacing show another picture than the view, in [0, 1]: root mean square
 *     of the quarter of the windows that differ most, of {@value #FULL_LEVELS} levels, without what is the view in
 *     other tones
 * @param width of the hidden picture in pixels, as the spacing has it; at least 1
 * @param height of the hidden picture in pixels, at least 1
 * @param view the view that the upload was compared with
 */
public record ScalingTrace(double spectrum, double downAndUp, int width, int height, String view) {

    /** Difference in levels of 8 bits that counts as a wholly different picture. */
    static final double FULL_LEVELS = 64;

    /** Largest side that a hidden picture can have. */
    private static final int LONGEST = 65_535;

    public ScalingTrace {
        if (!(spectrum >= 0 && spectrum <= 1) || !(downAndUp >= 0 && downAndUp <= 1)) {
            throw new IllegalArgumentException(
                    "spectrum is %s and downAndUp %s, allowed are numbers from 0 to 1".formatted(spectrum, downAndUp));
        }
        if (width < 1 || height < 1 || width > LONGEST || height > LONGEST) {
            throw new IllegalArgumentException(
                    "a hidden picture of %dx%d pixels, allowed are 1 to %d a side".formatted(width, height, LONGEST));
        }
    }

    /** What a threshold is compared with, in [0, 1]: the geometric mean of both. */
    public double score() {
        return Math.sqrt(spectrum * downAndUp);
    }
}
