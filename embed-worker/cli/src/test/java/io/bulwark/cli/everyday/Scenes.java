package io.bulwark.cli.everyday;

import io.bulwark.cli.everyday.EverydayVariants.Surroundings;
import io.bulwark.imaging.preprocess.UprightPicture;
import java.util.List;
import java.util.Random;

/** Pictures whose parts can be told by their colour. */
final class Scenes {

    /** Top left, top right, bottom left, bottom right of {@link #quarters}. */
    static final List<Integer> QUARTERS = List.of(0xE01010, 0x10C010, 0x1010E0, 0xE0C010);

    /** Those of the other pictures. */
    static final List<Integer> OTHERS = List.of(0x707070, 0x9040A0, 0x40A0A0, 0xA06030, 0x305030);

    private Scenes() {}

    static UprightPicture quarters(int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int colour = QUARTERS.get(2 * (2 * y / height) + 2 * x / width);
                for (int channel = 0; channel < 3; channel++) {
                    rgb[(y * width + x) * 3 + channel] = (byte) (colour >> (16 - 8 * channel));
                }
            }
        }
        return new UprightPicture(width, height, rgb);
    }

    static UprightPicture noisy(int width, int height) {
        Random random = new Random(3);
        byte[] rgb = quarters(width, height).rgb();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.max(0, Math.min(255, (rgb[i] & 0xFF) + random.nextInt(41) - 20));
        }
        return new UprightPicture(width, height, rgb);
    }

    static Surroundings surroundings(long seed) {
        return new Surroundings(
                seed,
                OTHERS.stream()
                        .map(colour -> new Sheet(90, 120, colour).picture())
                        .toList());
    }

    /** Share of the pixels that differ from a colour by at most the tolerance in each channel. */
    static double share(UprightPicture picture, int colour, int tolerance) {
        return share(picture, new byte[] {(byte) (colour >> 16), (byte) (colour >> 8), (byte) colour}, tolerance);
    }

    /** @param colour that of the first three bytes */
    static double share(UprightPicture picture, byte[] colour, int tolerance) {
        int near = 0;
        for (int i = 0; i < picture.rgb().length; i += 3) {
            boolean all = true;
            for (int channel = 0; channel < 3; channel++) {
                int difference = (picture.rgb()[i + channel] & 0xFF) - (colour[channel] & 0xFF);
                all &= Math.abs(difference) <= tolerance;
            }
            near += all ? 1 : 0;
        }
        return near / (picture.rgb().length / 3.0);
    }

    /** Mean difference of the samples, in levels. */
    static double distance(UprightPicture one, UprightPicture other) {
        double sum = 0;
        for (int i = 0; i < one.rgb().length; i++) {
            sum += Math.abs((one.rgb()[i] & 0xFF) - (other.rgb()[i] & 0xFF));
        }
        return sum / one.rgb().length;
    }
}
