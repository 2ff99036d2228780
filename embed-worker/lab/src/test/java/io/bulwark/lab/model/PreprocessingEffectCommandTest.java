package io.bulwark.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import io.bulwark.lab.model.DecodeComparison.DecodeEffect;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreprocessingEffectCommandTest {

    @TempDir
    Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @Test
    void savedTimeAndMovedEmbeddingsAreCountedOverThePicturesThatAreReduced() throws IOException {
        jpeg("large.jpg", 1400, 1290, 1);
        jpeg("small.jpg", 300, 240, 2);
        Files.writeString(folder.resolve("note.jpg"), "no picture");

        assertThat(run(folder.toString(), "--json")).isEqualTo(ExitCodes.OK);

        JsonNode fields = commands.json();
        assertThat(fields.path("pictures").asInt()).isEqualTo(2);
        assertThat(fields.path("reduced").asInt()).isEqualTo(1);
        assertThat(fields.path("refused").asInt()).isEqualTo(1);
        assertThat(fields.path("speedUp").asDouble()).isPositive();
        assertThat(fields.path("cosineAt0").asDouble()).isBetween(0.9, 1.0);
        assertThat(fields.path("cosineAt0").asDouble())
                .isLessThanOrEqualTo(fields.path("cosineAt50").asDouble());
        assertThat(fields.has("changedDecisions")).isFalse();
    }

    @Test
    void withABanksPicturesTheDecisionsThatChangeAreCounted() throws IOException {
        for (int i = 0; i < 6; i++) {
            jpeg("bank/nsfw/" + i + ".jpg", 480 + 8 * i, 470, i);
            Path plain = Files.createDirectories(folder.resolve("bank/safe")).resolve(i + ".png");
            Files.write(plain, BandedPicture.png(200, 150, 40 * i));
        }
        jpeg("upload.jpg", 1400, 1290, 9);

        assertThat(run(folder.resolve("upload.jpg").toString(), "--references", folder + "/bank", "-k", "3"))
                .isEqualTo(ExitCodes.OK);

        assertThat(commands.out())
                .contains("pictures    1, of which 1 decoded reduced, 0 refused", "times as fast", "0 of 1 change");
    }

    @Test
    void withoutAPictureThereIsNothingToCompare() throws IOException {
        Files.writeString(folder.resolve("note.jpg"), "no picture");

        assertThat(run(folder.toString())).isEqualTo(ExitCodes.FAILED);

        assertThat(commands.err()).contains("none of the 1 files is a picture");
    }

    @Test
    void quantilesAreThoseOfTheCosinesAndViewsOfOneAloneAreCountedApart() {
        DecodeEffect.Tally tally = new DecodeEffect.Tally();
        tally.add(List.of(view("a", 1, 0), view("b", 1, 0)), List.of(view("a", 1, 0), view("b", 0, 1)), true);
        tally.add(List.of(view("a", 1, 0), view("tile", 1, 0)), List.of(view("a", 0.6f, 0.8f)), false);

        DecodeEffect effect = tally.effect();

        assertThat(effect.cosines()).containsExactly(new double[] {0, 0.6, 1}, within(1e-6));
        assertThat(effect.mean()).isCloseTo(1.6 / 3, within(1e-6));
        assertThat(effect.quantile(0)).isZero();
        assertThat(effect.quantile(0.5)).isCloseTo(0.6, within(1e-6));
        assertThat(effect.quantile(1)).isCloseTo(1, within(1e-6));
        assertThat(effect.reduced()).isEqualTo(1);
        assertThat(effect.unmatched()).isEqualTo(1);
        assertThat(new DecodeEffect.Tally().effect().mean()).isNaN();
    }

    private static SeenView view(String name, float... embedding) {
        return new SeenView(name, embedding, new float[0]);
    }

    private void jpeg(String name, int width, int height, long seed) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, PreprocessBenchmark.syntheticJpeg(width, height, seed));
    }

    private int run(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "model";
        all[1] = "preprocessing-effect";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return commands.run(all);
    }

    /** A picture of one colour beside a gray band: of one colour alone it would be no reference. */
    private static final class BandedPicture {

        static byte[] png(int width, int height, int level) throws IOException {
            var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            var graphics = image.createGraphics();
            graphics.setColor(new Color(level, 255 - level, 128));
            graphics.fillRect(0, 0, width, height);
            graphics.setColor(Color.DARK_GRAY);
            graphics.fillRect(0, 0, width / 3, height);
            graphics.dispose();
            var bytes = new ByteArrayOutputStream();
            ImageIO.write(image, "png", bytes);
            return bytes.toByteArray();
        }
    }
}
