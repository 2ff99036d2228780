package io.bulwark.cli.bank;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests of {@code bulwark bank …} at a broker that those of a class share. */
public abstract class BankCommandCase {

    @TempDir
    static Path data;

    @AutoClose
    protected static BankCommandLine commands;

    /** Of one test. */
    @TempDir
    protected Path folder;

    @BeforeAll
    static void startBroker() {
        commands = BankCommandLine.start(data);
    }

    /** A disc or a square, on white or on nothing, in the folder of the test. */
    protected final Path draw(String name, int i, boolean disc, boolean transparent) throws IOException {
        BufferedImage picture =
                new BufferedImage(120, 120, transparent ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        if (!transparent) {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, 120, 120);
        }
        graphics.setColor(disc ? new Color(200, 20 * i, 0) : new Color(0, 20 * i, 200));
        if (disc) {
            graphics.fillOval(10 + i, 10, 100 - 2 * i, 100);
        } else {
            graphics.fillRect(10 + i, 10, 100 - 2 * i, 100);
        }
        graphics.dispose();
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(picture, "png", file.toFile());
        return file;
    }
}
