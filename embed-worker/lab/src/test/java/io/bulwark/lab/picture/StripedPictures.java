package io.bulwark.lab.picture;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Pictures in files, of two kinds: stripes that lie, and checks. */
public final class StripedPictures {

    private StripedPictures() {}

    /** The same number of each kind, {@code references/stripes/0.png} and {@code references/checks/0.png} and on. */
    public static void references(Path folder, int each) throws IOException {
        for (int i = 0; i < each; i++) {
            write(folder.resolve("references/stripes"), i, true);
            write(folder.resolve("references/checks"), i, false);
        }
    }

    /** A picture of 72 x 64 pixels, called by its number. */
    public static void write(Path folder, int number, boolean onlyAcross) throws IOException {
        BufferedImage image = new BufferedImage(72, 64, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < image.getWidth(); x++) {
            for (int y = 0; y < image.getHeight(); y++) {
                boolean dark = onlyAcross ? (y + number) / 12 % 2 == 0 : ((x + number) / 12 + y / 12) % 2 == 0;
                image.setRGB(x, y, (dark ? new Color(40, 30, 60) : new Color(220, 180 + number, 90)).getRGB());
            }
        }
        Files.createDirectories(folder);
        ImageIO.write(image, "png", folder.resolve(number + ".png").toFile());
    }
}
