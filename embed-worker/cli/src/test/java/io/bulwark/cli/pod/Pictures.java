package io.bulwark.cli.pod;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Small pictures that differ from each other. */
final class Pictures {

    private Pictures() {}

    /** A JPEG of 64×64 coloured squares, the same for the same number. */
    static byte[] small(int number) {
        return encoded(squares(64, 64, number), "jpeg");
    }

    /** Coloured squares of any size, the same for the same number. */
    static BufferedImage squares(int width, int height, int number) {
        Random random = new Random(number);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        int side = Math.max(1, Math.min(width, height) / 4);
        for (int y = 0; y < height; y += side) {
            for (int x = 0; x < width; x += side) {
                graphics.setColor(new Color(random.nextInt(1 << 24)));
                graphics.fillRect(x, y, side, side);
            }
        }
        graphics.dispose();
        return image;
    }

    static byte[] encoded(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, bytes)) {
                throw new IllegalArgumentException("no writer for " + format);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
