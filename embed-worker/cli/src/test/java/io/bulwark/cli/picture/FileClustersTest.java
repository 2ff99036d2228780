package io.bulwark.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.model.ModelPackage;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Eight pictures of coloured shapes, a smaller copy of the first, and what a table says of two others. */
class FileClustersTest {

    @TempDir
    private Path folder;

    private final List<Path> files = new ArrayList<>();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void draw() throws IOException {
        for (int i = 0; i < 8; i++) {
            files.add(written("picture-" + i + ".png", picture(i, 200)));
        }
        files.add(written("copy.png", picture(0, 150)));
        files.add(Files.writeString(folder.resolve("none.png"), "no picture"));
    }

    @Test
    void copiesAreOneClusterAndWhatIsNoPictureStandsAlone() throws IOException {
        FileClusters clusters = of();
        assertThat(clusters.of(hash(0))).isEqualTo(clusters.of(hash(8)));
        assertThat(clusters.with(hash(8))).containsExactlyInAnyOrder(hash(0), hash(8));
        assertThat(clusters.least(hash(0))).isEqualTo(clusters.least(hash(8))).isIn(hash(0), hash(8));
        assertThat(clusters.sizes().pictures()).isEqualTo(9);
        assertThat(clusters.sizes().clusters()).isEqualTo(8);
        assertThat(clusters.with(hash(9))).containsExactly(hash(9));
        assertThat(clusters.embedding(hash(9))).isEmpty();
        assertThat(clusters.embedding(hash(1))).isPresent();
        assertThat(of("--each-file").sizes().clusters()).isEqualTo(9);
    }

    @Test
    void picturesOfAContributorAreOneClusterWithTheCopiesOfEach() throws IOException {
        Path table = Files.writeString(
                folder.resolve("table.csv"), "file,label,contributor\npicture-0.png,a,7\npicture-3.png,b,7\n");
        FileClusters clusters = of("--contributors", table.toString());
        assertThat(clusters.with(hash(3))).containsExactlyInAnyOrder(hash(0), hash(3), hash(8));
        assertThat(clusters.sizes().largest()).isEqualTo(3);
    }

    @Test
    void filesOfNoContributorStandAloneAndLinksLeadToTheirRows() throws IOException {
        Path table = Files.writeString(
                folder.resolve("table.csv"), "file,contributor\npicture-1.png,\npicture-2.png,\npicture-3.png,7\n");
        FileClusters clusters = of("--contributors", table.toString());
        assertThat(clusters.with(hash(1))).containsExactly(hash(1));
        assertThat(clusters.sizes().largest()).isEqualTo(2);
        assertThat(err.toString()).contains("1 of 10 files have a contributor");

        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path linked = Files.createSymbolicLink(elsewhere.resolve("linked"), folder);
        Files.writeString(table, "file,contributor\npicture-0.png,7\npicture-3.png,7\n");
        assertThat(of("--contributors", linked.resolve("table.csv").toString())
                        .sizes()
                        .largest())
                .isEqualTo(3);
    }

    @Test
    void aTableOfOtherFilesIsAnErrorAndSoIsOneThatDoesNotCount() throws IOException {
        Path table = Files.writeString(folder.resolve("table.csv"), "file,contributor\npictures/picture-0.png,7\n");
        assertThatThrownBy(() -> of("--contributors", table.toString()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("none of the 10 files");
        assertThatThrownBy(() -> of("--contributors", table.toString(), "--each-file"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--each-file");
    }

    @Test
    void aTableWithoutTheColumnsIsNamed() throws IOException {
        Path table = Files.writeString(folder.resolve("table.csv"), "path,owner\n");
        assertThatThrownBy(() -> of("--contributors", table.toString()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("table.csv")
                .hasMessageContaining("contributor");
    }

    private FileClusters of(String... arguments) {
        FileClusters.Options options = CommandLine.populateCommand(new FileClusters.Options(), arguments);
        try (PictureEmbedder embedder = new PictureEmbedder(ModelPackage.open(ModelPackage.DEFAULT)
                .openEncoder(EncoderOptions.defaults().withThreads(1)))) {
            var nowhere = new PrintWriter(Writer.nullWriter());
            return options.of(files, embedder, new Output("test", false, nowhere, new PrintWriter(err)));
        }
    }

    private Sha256 hash(int file) throws IOException {
        return Sha256.digest(Files.readAllBytes(files.get(file)));
    }

    private Path written(String name, BufferedImage picture) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(picture, "png", file.toFile());
        return file;
    }

    private static BufferedImage picture(int seed, int side) {
        Random random = new Random(seed);
        BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        for (int shape = 0; shape < 12; shape++) {
            graphics.setPaint(new GradientPaint(
                    0, 0, new Color(random.nextInt(1 << 24)), side, side, new Color(random.nextInt(1 << 24))));
            int x = (int) (side * random.nextDouble() * 0.7);
            int y = (int) (side * random.nextDouble() * 0.7);
            int width = (int) (side * (0.1 + 0.5 * random.nextDouble()));
            graphics.fillOval(x, y, width, (int) (side * (0.1 + 0.5 * random.nextDouble())));
        }
        graphics.dispose();
        return picture;
    }
}
