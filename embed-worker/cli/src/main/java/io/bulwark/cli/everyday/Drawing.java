package io.bulwark.cli.everyday;

import io.bulwark.imaging.preprocess.UprightPicture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What people draw over a picture by hand or from a menu. */
final class Drawing {

    private static final int MOST = 4;

    private Drawing() {}

    /** Two to five thick lines of one colour that wander over the picture. */
    static UprightPicture scribbled(UprightPicture picture, RandomGenerator random) {
        return drawn(picture, on -> {
            on.setColor(Color.getHSBColor(random.nextFloat(), 1, 1));
            double thick = random.nextDouble(0.02, 0.05) * Math.min(picture.width(), picture.height());
            on.setStroke(new BasicStroke((float) thick, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            for (int line = random.nextInt(2, 2 + MOST); line > 0; line--) {
                Path2D path = new Path2D.Double();
                path.moveTo(random.nextDouble() * picture.width(), random.nextDouble() * picture.height());
                for (int bend = 0; bend < MOST; bend++) {
                    path.quadTo(
                            random.nextDouble() * picture.width(),
                            random.nextDouble() * picture.height(),
                            random.nextDouble() * picture.width(),
                            random.nextDouble() * picture.height());
                }
                on.draw(path);
            }
        });
    }

    /** One to four yellow faces, each a fifth to a third of the shorter side wide. */
    static UprightPicture stickered(UprightPicture picture, RandomGenerator random) {
        return drawn(picture, on -> {
            for (int face = random.nextInt(1, 1 + MOST); face > 0; face--) {
                double size = random.nextDouble(0.2, 0.33) * Math.min(picture.width(), picture.height());
                double x = random.nextDouble() * (picture.width() - size);
                double y = random.nextDouble() * (picture.height() - size);
                on.setColor(new Color(255, 204, 50));
                on.fill(new Ellipse2D.Double(x, y, size, size));
                on.setColor(new Color(90, 60, 20));
                on.fill(new Ellipse2D.Double(x + 0.28 * size, y + 0.3 * size, 0.12 * size, 0.16 * size));
                on.fill(new Ellipse2D.Double(x + 0.6 * size, y + 0.3 * size, 0.12 * size, 0.16 * size));
                on.setStroke(new BasicStroke((float) (0.06 * size)));
                on.draw(new Arc2D.Double(
                        x + 0.25 * size, y + 0.3 * size, 0.5 * size, 0.5 * size, 200, 140, Arc2D.OPEN));
            }
        });
    }

    private static UprightPicture drawn(UprightPicture picture, Consumer<Graphics2D> draw) {
        BufferedImage image = picture.image();
        Graphics2D on = image.createGraphics();
        on.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        draw.accept(on);
        on.dispose();
        return UprightPicture.of(image);
    }
}
