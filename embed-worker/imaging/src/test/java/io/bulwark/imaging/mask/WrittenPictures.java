package io.bulwark.imaging.mask;

import io.bulwark.imaging.preprocess.UprightPicture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;

/** Pictures with lines of letters that no font is needed for. */
public final class WrittenPictures {

    /** E, F, H, L, N, T and A as polylines on a grid of 2 by 2. */
    private static final String[] LETTERS = {
        "20 00 02 22,01 11", "20 00 02,01 11", "00 02,20 22,01 21", "00 02 22", "02 00 22 20", "00 20,10 12", "02 10 22"
    };

    /** Finds pixels that are nearly white, by weights that were set by hand: a mask that needs no training. */
    public static final TextMask WHITE = new TextMask(white(MaskLayers.TEXT));

    /** Takes what is nearly white for a picture within the picture, in the same way. */
    public static final InsetMask WHITE_INSETS = new InsetMask(white(MaskLayers.INSETS));

    private WrittenPictures() {}

    private static MaskNetwork white(MaskLayers layers) {
        float[] weights = new float[layers.size()];
        MaskLayers.Convolution stem = layers.convolutions().get(0);
        MaskLayers.Convolution answer =
                layers.convolutions().get(layers.convolutions().size() - 1);
        for (int place = 0; place < answer.out(); place++) {
            // Of the kernel's nine taps the four that are the places of an answer.
            int tap = (1 + place / 2) * 3 + 1 + place % 2;
            for (int channel = 0; channel < 3; channel++) {
                weights[layers.offset(stem) + (place * 3 + channel) * 9 + tap] = 1;
            }
            weights[layers.offset(stem) + stem.size() + place] = -3 * MaskNetwork.input(215);
            weights[layers.offset(answer) + place * answer.in() + place] = 100;
            weights[layers.offset(answer) + answer.size() + place] = -1;
        }
        return new MaskNetwork(layers, weights);
    }

    /** A disc on a ground that changes from side to side. */
    public static UprightPicture plain(int width, int height) {
        return of(width, height, 0);
    }

    /** The same with lines of white letters with black edges across it. */
    public static UprightPicture of(int width, int height, int lines) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D on = image.createGraphics();
        on.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        for (int x = 0; x < width; x++) {
            on.setColor(new Color(60 + 100 * x / width, 120, 200 - 100 * x / width));
            on.fillRect(x, 0, 1, height);
        }
        on.setColor(new Color(200, 80, 60));
        on.fillOval(width / 4, height / 4, width / 2, height / 2);
        double size = 0.08 * height;
        for (int line = 0; line < lines; line++) {
            double y = height * (0.05 + 0.9 * line / lines);
            int letter = line;
            for (double x = 0.05 * width; x < 0.93 * width; x += 0.9 * size) {
                if (++letter % 5 != 0) {
                    draw(LETTERS[letter * 3 % LETTERS.length], x, y, size, on);
                }
            }
        }
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++) {
            int colour = image.getRGB(i % width, i / width);
            rgb[3 * i] = (byte) (colour >> 16);
            rgb[3 * i + 1] = (byte) (colour >> 8);
            rgb[3 * i + 2] = (byte) colour;
        }
        return new UprightPicture(width, height, rgb);
    }

    private static void draw(String letter, double x, double y, double size, Graphics2D on) {
        Path2D path = new Path2D.Double();
        for (String stroke : letter.split(",")) {
            boolean first = true;
            for (String point : stroke.split(" ")) {
                double px = x + (point.charAt(0) - '0') * 0.3 * size;
                double py = y + (point.charAt(1) - '0') * 0.5 * size;
                if (first) {
                    path.moveTo(px, py);
                } else {
                    path.lineTo(px, py);
                }
                first = false;
            }
        }
        on.setStroke(new BasicStroke((float) (0.3 * size), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        on.setColor(Color.BLACK);
        on.draw(path);
        on.setStroke(new BasicStroke((float) (0.18 * size), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        on.setColor(Color.WHITE);
        on.draw(path);
    }
}
