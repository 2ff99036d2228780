package io.bulwark.lab.evaluate.photograph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of the thumbnail alone, which needs no model. */
class EvaluatePhotographsCommandTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void index() throws IOException {
        Random random = new Random(2);
        StringBuilder index = new StringBuilder("file,label,contributor,part\n");
        for (String part : List.of("train", "dev")) {
            for (int i = 0; i < 16; i++) {
                BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
                for (int pixel = 0; pixel < 32 * 32; pixel++) {
                    int bright = i % 2 == 0 && pixel < 512 ? 60 : 0;
                    image.setRGB(pixel % 32, pixel / 32, (random.nextInt(150) + bright) * 0x010101);
                }
                String name = "%s-%d.png".formatted(part, i);
                ImageIO.write(image, "png", folder.resolve(name).toFile());
                index.append("%s,%s,%s%d,%s%n".formatted(name, i % 2 == 0 ? "dress" : "hat", part, i % 5, part));
            }
        }
        Files.writeString(folder.resolve("index.csv"), index);
    }

    private int photographs(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "evaluate",
                "photographs",
                "--index",
                folder.resolve("index.csv").toString(),
                "--limit",
                "6",
                "--iterations",
                "3",
                "--square-queries",
                "3",
                "--decision-queries",
                "5",
                "--threats",
                "linf:2/255,l2:1",
                "--out",
                folder.resolve("out").toString()));
        arguments.addAll(List.of(more));
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setOverwrittenOptionsAllowed(true)
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void areasAndOutcomesAreReportedByThreatAndByWhatAnAttackerHas() throws IOException {
        assertThat(photographs()).as(err.toString()).isEqualTo(ExitCodes.OK);

        JsonNode json = new ObjectMapper()
                .readTree(folder.resolve("out/photographs.json").toFile());
        JsonNode rows = json.path("encoders").path(0).path("rows");
        assertThat(rows.findValuesAsText("threat"))
                .containsExactly(
                        "none", "none", "linf 2/255", "linf 2/255", "linf 2/255", "linf 2/255", "l2 1.0", "l2 1.0");
        assertThat(rows.findValuesAsText("attackerHas"))
                .containsExactly(
                        "",
                        "",
                        "scores alone",
                        "decisions alone",
                        "all weights, no bank",
                        "everything",
                        "scores alone",
                        "everything");
        assertThat(rows.path(0).path("questions").asInt()).isEqualTo(16);
        assertThat(rows.path(1).path("questions").asInt()).isEqualTo(6);
        assertThat(rows.path(5)
                        .path("alone")
                        .path("flagged")
                        .path("safe")
                        .path("value")
                        .asDouble())
                .isBetween(0.0, 1.0);
        assertThat(Files.readString(folder.resolve("out/photographs.md")))
                .contains("16 questions by 5 contributors, a bank of 16 by 5 others; flagged: dress, shorts, skirt.")
                .contains("| block-means-16 | linf 2/255 | 6 | everything |");
        assertThat(out.toString()).contains("| decides | attack | questions |");
        assertThat(folder.resolve("out/photographs-linf.png")).isNotEmptyFile();
        assertThat(folder.resolve("out/photographs-l2.png")).isNotEmptyFile();
    }

    @Test
    void whatCannotBeAskedIsNamed() {
        assertThat(photographs("--questions", "final")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--questions is final, the index has the parts [dev, train]");
        assertThat(photographs("--limit", "1")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--limit is 1, allowed are 2 and more");
        assertThat(photographs("--to-people", "1")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("1.0 to people");
    }
}
