package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;

/** What a training on triplets needs, in a folder: sixteen small pictures and a transformer that has learnt nothing. */
final class SmallChoice {

    private static final int PICTURES = 16;
    private static final int SIDE = 24;

    private SmallChoice() {}

    static Path pictures(Path folder) {
        return folder.resolve("pictures");
    }

    static Path picture(Path folder, int number) {
        return pictures(folder).resolve(number + ".png");
    }

    static Path model(Path folder) {
        return folder.resolve("model");
    }

    static void write(Path folder) throws IOException {
        Files.createDirectories(pictures(folder));
        for (int i = 0; i < PICTURES; i++) {
            Random random = new Random(i);
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            int ground = random.nextInt(0x1000000);
            int spot = random.nextInt(0x1000000);
            int size = 4 + random.nextInt(12);
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    image.setRGB(x, y, x < size && y < size ? spot : ground);
                }
            }
            ImageIO.write(image, "png", picture(folder, i).toFile());
        }
        Path config = Files.writeString(
                folder.resolve("small.json"),
                "{\"model_cfg\": {\"embed_dim\": 12, \"vision_cfg\": {\"image_size\": 16, \"patch_size\": 4, \"layers\": 1,"
                        + " \"width\": 16, \"head_width\": 8}, \"text_cfg\": {}}}");
        String made = model(folder).toString();
        assertThat(BulwarkCommand.commandLine()
                        .execute("model", "new", "--config", config.toString(), "--seed", "2", made))
                .isEqualTo(ExitCodes.OK);
    }
}
