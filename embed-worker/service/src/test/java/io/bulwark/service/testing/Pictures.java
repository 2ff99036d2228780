package io.bulwark.service.testing;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Two kinds of drawn pictures that any encoder tells apart: boards of squares, and discs on a slope of colour. */
public final class Pictures {

    private Pictures() {}

    /** A board of black and white squares, as a JPEG file. */
    public static byte[] board(int seed) {
        return encode(drawn(seed, true), "jpg");
    }

    /** Coloured discs on a gradient, as a JPEG file. */
    public static byte[] discs(int seed) {
        return encode(drawn(seed, false), "jpg");
    }

    /** A picture as a file of the format. */
    public static byte[] encode(BufferedImage image, String format) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            if (!ImageIO.write(image, format, out)) {
                throw new IllegalArgumentException("No writer of " + format);
            }
            return out.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static BufferedImage drawn(int seed, boolean board) {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(320, 280, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        if (board) {
            int side = 20 + random.nextInt(12);
            for (int y = 0; y < 280; y += side) {
                for (int x = 0; x < 320; x += side) {
                    canvas.setColor((x / side + y / side) % 2 == 0 ? Color.BLACK : Color.WHITE);
                    canvas.fillRect(x, y, side, side);
                }
            }
        } else {
            for (int y = 0; y < 280; y++) {
                canvas.setColor(new Color(60 + y / 3, 130, 220 - y / 3));
                canvas.drawLine(0, y, 320, y);
            }
            for (int i = 0; i < 6; i++) {
                canvas.setColor(Color.getHSBColor(random.nextFloat(), 0.7f, 0.9f));
                canvas.fillOval(random.nextInt(260), random.nextInt(220), 60, 60);
            }
        }
        canvas.dispose();
        return image;
    }
}
