package io.bulwark.lab.attack.upload;

import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;

/**
 * Perturbed pixels as a file can hold them: whole levels, and still within the threat model. Rounding to the nearest
 * level keeps l∞ balls of whole levels; where it would lengthen an l2 perturbation beyond its bound, the perturbation
 * is shortened first. The clean picture is always within reach. Immutable; any thread.
 *
 * @param threat what may be done
 * @param clean to this picture
 */
public record EightBits(ThreatModel threat, UprightPicture clean) {

    /** Halvings of the interval in which the longest admissible perturbation is looked for. */
    private static final int BISECTIONS = 20;

    private static final double SLACK = 1e-9;

    /** {@code [3, height, width]} in [0, 1]. */
    static float[] planes(UprightPicture picture) {
        byte[] rgb = picture.rgb();
        float[] planes = new float[rgb.length];
        int area = rgb.length / 3;
        for (int i = 0; i < rgb.length; i++) {
            planes[i % 3 * area + i / 3] = (rgb[i] & 0xff) / 255f;
        }
        return planes;
    }

    /**
     * Rounded to the nearest levels, whatever the threat model.
     *
     * @param pixels {@code [3, height, width]}, anything
     */
    static UprightPicture picture(float[] pixels, int width, int height) {
        byte[] rgb = new byte[pixels.length];
        int area = width * height;
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.max(0, Math.min(255, Math.round(pixels[i % 3 * area + i / 3] * 255)));
        }
        return new UprightPicture(width, height, rgb);
    }

    /**
     * The nearest admissible picture.
     *
     * @param pixels {@code [3, height, width]}, anything
     */
    public UprightPicture round(float[] pixels) {
        UprightPicture whole = rounded(pixels, 1);
        if (threat.norm() == Norm.LINF || length(whole) <= bound()) {
            return whole;
        }
        double admissible = 0;
        double tooLong = 1;
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = (admissible + tooLong) / 2;
            if (length(rounded(pixels, middle)) <= bound()) {
                admissible = middle;
            } else {
                tooLong = middle;
            }
        }
        return rounded(pixels, admissible);
    }

    private double bound() {
        return threat.epsilon() * 255 + SLACK;
    }

    private UprightPicture rounded(float[] pixels, double share) {
        int most = threat.norm() == Norm.LINF ? (int) Math.min(255, bound()) : 255;
        byte[] rgb = new byte[clean.rgb().length];
        int area = rgb.length / 3;
        for (int i = 0; i < rgb.length; i++) {
            int level = clean.rgb()[i] & 0xff;
            double change = share * (pixels[i % 3 * area + i / 3] * 255.0 - level);
            long moved = level + Math.max(-most, Math.min(most, Math.round(change)));
            rgb[i] = (byte) Math.max(0, Math.min(255, moved));
        }
        return new UprightPicture(clean.width(), clean.height(), rgb);
    }

    private double length(UprightPicture picture) {
        double squares = 0;
        for (int i = 0; i < picture.rgb().length; i++) {
            double change = (picture.rgb()[i] & 0xff) - (clean.rgb()[i] & 0xff);
            squares += change * change;
        }
        return Math.sqrt(squares);
    }
}
