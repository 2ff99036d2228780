package io.bulwark.lab.invert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Small pictures of two kinds, reddish and bluish, the random transformer of the golden set, and commands about them.
 */
public final class SmallPictures {

    /** Takes 32 pixels a side. */
    public static final String MODEL = "../perception/src/test/resources/golden/vit_a";

    /** Takes 30 pixels a side. */
    public static final String OTHER_MODEL = "../perception/src/test/resources/golden/vit_b";

    static final String VOCABULARY = "../perception/src/test/resources/golden/tokenizer/tokenizer.json";

    private static final int SIDE = 40;
    private static final int BLOTCH = 8;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Writes the same number of pictures of each kind: {@code red/0.png} and on, {@code blue/0.png} and on. */
    public static void draw(Path folder, int each, int seed) throws IOException {
        for (int i = 0; i < each; i++) {
            write(folder.resolve("red/" + i + ".png"), new Color(130, 100, 95), seed + i);
            write(folder.resolve("blue/" + i + ".png"), new Color(95, 100, 130), seed + 1000 + i);
        }
    }

    private static void write(Path file, Color base, long seed) throws IOException {
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        Random random = new Random(seed);
        for (int y = 0; y < SIDE; y += BLOTCH) {
            for (int x = 0; x < SIDE; x += BLOTCH) {
                graphics.setColor(new Color(
                        base.getRed() + random.nextInt(120) - 60,
                        base.getGreen() + random.nextInt(120) - 60,
                        base.getBlue() + random.nextInt(120) - 60));
                graphics.fillRect(x, y, BLOTCH, BLOTCH);
            }
        }
        graphics.dispose();
        ImageIO.write(image, "png", file.toFile());
    }

    /** Runs a command; answers its exit status. */
    public int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** What the last command answered. */
    public String out() {
        return out.toString();
    }

    /** The same as JSON. */
    public JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    /** What the last command wrote beside its answer. */
    public String err() {
        return err.toString();
    }
}
