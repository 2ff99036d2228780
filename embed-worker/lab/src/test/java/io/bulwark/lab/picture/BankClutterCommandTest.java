package io.bulwark.lab.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.data.TestPictures;
import io.bulwark.lab.picture.CompositeRenderer.Clutter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BankClutterCommandTest {

    @TempDir
    private Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @Test
    void eachKindIsDrawnAndTheSameSeedDrawsTheSame() throws IOException {
        assertThat(clutter("first", "--count", "16")).as(commands::err).isEqualTo(ExitCodes.OK);
        assertThat(clutter("again", "--count", "16")).isEqualTo(ExitCodes.OK);
        assertThat(clutter("other", "--count", "16", "--seed", "2")).isEqualTo(ExitCodes.OK);

        List<Path> first = files("first");
        assertThat(first).hasSize(16);
        for (Clutter kind : Clutter.values()) {
            assertThat(first)
                    .filteredOn(file -> file.toString().endsWith(kind.name().toLowerCase(Locale.ROOT) + ".png"))
                    .hasSize(2);
        }
        int different = 0;
        for (Path file : first) {
            byte[] bytes = Files.readAllBytes(file);
            Path name = file.getFileName();
            assertThat(folder.resolve("again").resolve(name)).hasBinaryContent(bytes);
            different += Files.mismatch(file, folder.resolve("other").resolve(name)) >= 0 ? 1 : 0;
            BufferedImage image = ImageIO.read(file.toFile());
            assertThat(List.of(image.getWidth(), image.getHeight())).containsExactly(96, 96);
        }
        assertThat(different).isGreaterThan(12);
    }

    @Test
    void edgesOfHarmlessPicturesAreCutAndFilesThatAreNoPictureAreCounted() throws IOException {
        TestPictures.write(folder.resolve("safe/one.png"), 200, 120, 7);
        Files.writeString(folder.resolve("safe/two.png"), "no picture");

        assertThat(clutter(
                        "cut",
                        "--count",
                        "36",
                        "--pictures",
                        folder.resolve("safe").toString()))
                .as(commands::err)
                .isEqualTo(ExitCodes.OK);

        assertThat(files("cut"))
                .hasSize(34)
                .filteredOn(file -> file.toString().endsWith("edge.png"))
                .hasSize(2);
        assertThat(commands.out()).contains("34 pictures", "2 left out", "--flagged-labels");
    }

    @Test
    void whatCannotBeIsRefusedByName() throws IOException {
        assertThat(clutter("none", "--count", "0")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--count is 0");
        assertThat(clutter("none", "--pictures", folder.resolve("nowhere").toString()))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(folder.resolve("none")).doesNotExist();

        Files.writeString(folder.resolve("list.txt"), "gone.png");
        assertThat(clutter(
                        "half",
                        "--count",
                        "9",
                        "--pictures",
                        folder.resolve("list.txt").toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("gone.png cannot be read");

        Files.createDirectories(folder.resolve("there"));
        assertThat(clutter("there")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("exists");
    }

    private int clutter(String out, String... further) {
        List<String> line = new ArrayList<>(List.of(
                "bank", "clutter", "--side", "96", "--out", folder.resolve(out).toString()));
        line.addAll(List.of(further));
        return commands.run(line.toArray(String[]::new));
    }

    private List<Path> files(String name) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(name))) {
            return files.sorted().toList();
        }
    }
}
