package io.bulwark.lab.concepts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bulwark.cli.bank.BankCommandCase;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.model.ImportedTower;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bulwark bank concepts} with the real model over a real broker. */
class BankConceptsIT extends BankCommandCase {

    @BeforeEach
    void drawPictures() throws IOException {
        for (int i = 0; i < 6; i++) {
            draw("discs/" + i + ".png", i, true, false);
            draw("squares/" + i + ".png", i, false, false);
        }
    }

    @Test
    void concepts_are_one_sheet_a_label_and_one_that_is_explicit_is_not_drawn() throws IOException {
        draw("nsfw/0.png", 3, true, false);
        draw("nsfw/1.png", 4, false, false);
        assertThat(commands.run("build", "--bank", "seen", folder.toString())).isEqualTo(ExitCodes.OK);
        Path out = folder.resolve("concepts");

        assertThat(commands.run(
                        "concepts",
                        "--bank",
                        "seen",
                        "--pictures",
                        folder.toString(),
                        "--size",
                        "32",
                        "--steps",
                        "2",
                        "--out",
                        out.toString()))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        assertThat(commands.answers())
                .extracting(
                        answer -> answer.get("label").asText(),
                        answer -> answer.get("drawn").asBoolean())
                .containsExactly(tuple("discs", true), tuple("nsfw", false), tuple("squares", true));
        assertThat(ImageIO.read(out.resolve("discs.png").toFile()).getWidth()).isGreaterThan(5 * 128);
        assertThat(out.resolve("nsfw.png")).exists();
        assertThat(out.resolve("concepts.json")).content().contains("\"typical\"");

        assertThat(out.resolve("index.html")).content().contains("<a href=\"");
        assertThat(commands.run("concepts", "--bank", "missing", "--out", out.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("the bank missing has no reference").contains("bank build");
    }

    @Test
    void a_published_tower_with_a_text_tower_draws_the_labels_of_its_bank(@TempDir Path models) throws IOException {
        String imported = ImportedTower.write(models).toString();
        assertThat(commands.run("build", "--bank", "small", "--model", imported, folder.toString()))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        Path out = models.resolve("concepts");

        assertThat(commands.run(
                        "concepts", "--bank", "small", "--model", imported, "--steps", "2", "--out", out.toString()))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        assertThat(commands.answers())
                .extracting(answer -> answer.get("label").asText())
                .containsExactly("discs", "squares");
        assertThat(out.resolve("squares.png")).exists();
    }
}
