package io.bulwark.lab.invert;

import io.bulwark.imaging.preprocess.UprightPicture;
import java.awt.image.BufferedImage;

/** From an encoder's input back to pictures. Pure. */
public final class Pixels {

    private Pixels() {}

    /**
     * One picture of a batch, rounded to 8 bits.
     *
     * @param planes {@code [count, 3, height, width]} in [0, 1]
     */
    public static UprightPicture picture(float[] planes, int index, int height, int width) {
        int area = height * width;
        byte[] rgb = new byte[3 * area];
        for (int i = 0; i < area; i++) {
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * i + channel] = (byte) Math.round(255 * planes[(3 * index + channel) * area + i]);
            }
        }
        return new UprightPicture(width, height, rgb);
    }

    /** The same for Java's own drawing. */
    public static BufferedImage image(UprightPicture picture) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.rgb();
        for (int i = 0; i < picture.width() * picture.height(); i++) {
            int value = (rgb[3 * i] & 0xff) << 16 | (rgb[3 * i + 1] & 0xff) << 8 | rgb[3 * i + 2] & 0xff;
            image.setRGB(i % picture.width(), i / picture.width(), value);
        }
        return image;
    }

    /** {@link #picture} and {@link #image}. */
    public static BufferedImage image(float[] planes, int index, int height, int width) {
        return image(picture(planes, index, height, width));
    }
}
