package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.EverydayVariants.Sizes;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.function.IntToDoubleFunction;

/** What picture programs call filters: the same size, other colours. */
final class Filter {

    private static final double CONTRAST = 1.3;
    private static final int WARMTH = 20;
    private static final int MIDDLE = 128;

    private Filter() {}

    /** Rec. 601 brightness in all three channels, as Pillow and most programs take it. */
    static UprightPicture grey(UprightPicture picture) {
        byte[] from = picture.rgb();
        byte[] grey = new byte[from.length];
        for (int i = 0; i < from.length; i += 3) {
            int brightness = (299 * (from[i] & 0xFF) + 587 * (from[i + 1] & 0xFF) + 114 * (from[i + 2] & 0xFF)) / 1000;
            grey[i] = (byte) brightness;
            grey[i + 1] = (byte) brightness;
            grey[i + 2] = (byte) brightness;
        }
        return new UprightPicture(picture.width(), picture.height(), grey);
    }

    static UprightPicture inverted(UprightPicture picture) {
        byte[] inverted = picture.rgb().clone();
        for (int i = 0; i < inverted.length; i++) {
            inverted[i] = (byte) ~inverted[i];
        }
        return new UprightPicture(picture.width(), picture.height(), inverted);
    }

    /** Mixed, pixel by pixel, with another of its size. @param share of the other, 0 to 1 */
    static UprightPicture blended(UprightPicture picture, UprightPicture other, double share) {
        byte[] mixed = new byte[picture.rgb().length];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (byte) Math.round((1 - share) * (picture.rgb()[i] & 0xFF) + share * (other.rgb()[i] & 0xFF));
        }
        return new UprightPicture(picture.width(), picture.height(), mixed);
    }

    /** @param exponent of a level between 0 and 1; above 1 the picture gets darker */
    static UprightPicture gamma(UprightPicture picture, double exponent) {
        return mapped(picture, level -> 255 * Math.pow(level / 255.0, exponent));
    }

    /** @param factor of the distance to the middle gray */
    static UprightPicture contrast(UprightPicture picture, double factor) {
        return mapped(picture, level -> MIDDLE + factor * (level - MIDDLE));
    }

    private static UprightPicture mapped(UprightPicture picture, IntToDoubleFunction curve) {
        byte[] mapped = picture.rgb().clone();
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = (byte) Math.max(0, Math.min(255, Math.round(curve.applyAsDouble(mapped[i] & 0xFF))));
        }
        return new UprightPicture(picture.width(), picture.height(), mapped);
    }

    /** Each channel takes the place of one further on. @param by 1 or 2 */
    static UprightPicture rotatedChannels(UprightPicture picture, int by) {
        byte[] rotated = new byte[picture.rgb().length];
        for (int i = 0; i < rotated.length; i++) {
            rotated[i - i % 3 + (i + by) % 3] = picture.rgb()[i];
        }
        return new UprightPicture(picture.width(), picture.height(), rotated);
    }

    static UprightPicture warm(UprightPicture picture) {
        byte[] warm = picture.rgb().clone();
        for (int i = 0; i < warm.length; i++) {
            int towardsRed = (1 - i % 3) * WARMTH;
            long value = Math.round(MIDDLE + CONTRAST * ((warm[i] & 0xFF) - MIDDLE) + towardsRed);
            warm[i] = (byte) Math.max(0, Math.min(255, value));
        }
        return new UprightPicture(picture.width(), picture.height(), warm);
    }

    /**
     * Three running means of 2r+1 pixels in each direction, which come within a few percent of a Gaussian of standard
     * deviation √(r(r+1)) (Wells, "Efficient synthesis of Gaussian filters by cascaded uniform filters", PAMI 1986),
     * and take the same time whatever the radius.
     */
    static UprightPicture blurred(UprightPicture picture) {
        int radius = Sizes.side(Math.min(picture.width(), picture.height()) * 0.01);
        byte[] blurred = picture.rgb();
        for (int pass = 0; pass < 3; pass++) {
            blurred = meansOfRows(blurred, picture.width(), picture.height(), radius, 3, picture.width() * 3);
            blurred = meansOfRows(blurred, picture.height(), picture.width(), radius, picture.width() * 3, 3);
        }
        return new UprightPicture(picture.width(), picture.height(), blurred);
    }

    /**
     * Means along lines; beyond its ends a line repeats its last pixel.
     *
     * @param length pixels of a line
     * @param lines how many there are
     * @param step from a pixel of a line to its next, in samples
     * @param lineStep from a line to the next
     */
    private static byte[] meansOfRows(byte[] samples, int length, int lines, int radius, int step, int lineStep) {
        byte[] means = new byte[samples.length];
        int window = 2 * radius + 1;
        for (int line = 0; line < lines; line++) {
            for (int channel = 0; channel < 3; channel++) {
                int start = line * lineStep + channel;
                int sum = 0;
                for (int i = -radius; i <= radius; i++) {
                    sum += at(samples, start, i, length, step);
                }
                for (int i = 0; i < length; i++) {
                    means[start + i * step] = (byte) ((sum + radius) / window);
                    sum += at(samples, start, i + radius + 1, length, step)
                            - at(samples, start, i - radius, length, step);
                }
            }
        }
        return means;
    }

    private static int at(byte[] samples, int start, int index, int length, int step) {
        return samples[start + Math.max(0, Math.min(length - 1, index)) * step] & 0xFF;
    }
}
