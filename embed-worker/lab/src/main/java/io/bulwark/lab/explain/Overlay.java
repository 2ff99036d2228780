package io.bulwark.lab.explain;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** A map over the view that it is of: red where the margin comes from, blue where it is taken off, the view in grey. */
public final class Overlay {

    private static final int OPAQUE = 200;
    private static final int RED = 0xE00000;
    private static final int BLUE = 0x0040E0;

    private Overlay() {}

    /**
     * Draws.
     *
     * @param view as the encoder got it; not modified
     */
    public static BufferedImage of(BufferedImage view, ImportanceMap map) {
        int width = view.getWidth();
        int height = view.getHeight();
        BufferedImage drawn = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = view.getRGB(x, y);
                int grey = ((rgb >> 16 & 0xff) * 3 + (rgb >> 8 & 0xff) * 6 + (rgb & 0xff)) / 10;
                drawn.setRGB(x, y, grey << 16 | grey << 8 | grey);
            }
        }
        Graphics2D graphics = drawn.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(heat(map), 0, 0, width, height, null);
        graphics.dispose();
        return drawn;
    }

    private static BufferedImage heat(ImportanceMap map) {
        double most = 0;
        for (double value : map.values()) {
            most = Math.max(most, Math.abs(value));
        }
        BufferedImage heat = new BufferedImage(map.side(), map.side(), BufferedImage.TYPE_INT_ARGB);
        for (int cell = 0; cell < map.values().length; cell++) {
            double value = map.values()[cell];
            int alpha = most == 0 ? 0 : (int) Math.round(OPAQUE * Math.abs(value) / most);
            heat.setRGB(cell % map.side(), cell / map.side(), alpha << 24 | (value > 0 ? RED : BLUE));
        }
        return heat;
    }
}
