package io.bulwark.lab.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** Small pictures made by code, and a whole data set's files in one call. */
public final class TestPictures {

    private TestPictures() {}

    /** A picture of smooth blobs, another for each seed, written in the format of its name's extension. */
    public static Path write(Path file, int width, int height, long seed) {
        try {
            Files.createDirectories(file.getParent());
            String name = file.getFileName().toString();
            ImageIO.write(image(width, height, seed), name.substring(name.lastIndexOf('.') + 1), file.toFile());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static BufferedImage image(int width, int height, long seed) {
        Random random = new Random(seed);
        double[] phase = random.doubles(6, 0, 2 * Math.PI).toArray();
        double[] speed = random.doubles(6, 1, 4).toArray();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    double wave = Math.sin(phase[channel] + speed[channel] * 6.3 * x / width)
                            + Math.cos(phase[3 + channel] + speed[3 + channel] * 6.3 * y / height);
                    rgb = rgb << 8 | (int) (127 + 60 * wave);
                }
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }
}
