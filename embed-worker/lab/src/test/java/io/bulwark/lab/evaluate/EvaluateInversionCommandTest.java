package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.invert.SmallPictures;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateInversionCommandTest {

    @TempDir
    Path folder;

    private final SmallPictures commands = new SmallPictures();

    @Test
    void picturesAndLabelMeansAreJudgedByTheEncoderThatDidNotMakeThem() throws IOException {
        SmallPictures.draw(folder.resolve("references"), 5, 1);
        SmallPictures.draw(folder.resolve("queries"), 2, 500);

        assertThat(evaluate("--json")).as(commands.err()).isEqualTo(ExitCodes.OK);

        JsonNode rows = commands.json().path("rows");
        assertThat(rows.findValuesAsText("targets"))
                .containsExactly(
                        "pictures",
                        "pictures",
                        "pictures",
                        "pictures",
                        "label means",
                        "label means",
                        "label means",
                        "label means");
        assertThat(rows.findValuesAsText("judgedBy").subList(2, 4))
                .containsExactly("nsfwjs-mobilenet-v2", "nsfwjs-mobilenet-v2");
        JsonNode first = rows.path(0);
        assertThat(first.path("own-cosine").path("n").asInt()).isEqualTo(3);
        // The two encoders are one, so what the one made the other sees as it was made.
        assertThat(first.path("transfer-cosine").path("value").asDouble())
                .isEqualTo(first.path("own-cosine").path("value").asDouble());
        assertThat(first.path("percentile").path("value").asDouble())
                .isBetween(first.path("percentile").path("low").asDouble(), 1.0);
        assertThat(commands.json().path("percentileAbove").path(0).path("value").asDouble())
                .isZero();
        // Both were made alike, and one judge, which sees them at another size, judges both.
        assertThat(rows.path(2).path("transfer-cosine"))
                .isEqualTo(rows.path(3).path("transfer-cosine"))
                .isNotEqualTo(first.path("transfer-cosine"));
        assertThat(folder.resolve("out/inversion.md"))
                .content()
                .contains("| label means |")
                .contains("Of pictures, judged by vit_a")
                .contains("Of label means, judged by nsfwjs-mobilenet-v2");
        assertThat(folder.resolve("out/pictures.png")).exists();
        assertThat(folder.resolve("out/label-means.png")).exists();

        String report = Files.readString(folder.resolve("out/inversion.md"));
        assertThat(evaluate()).isEqualTo(ExitCodes.OK);
        assertThat(commands.err())
                .as("nothing is inverted twice")
                .contains("taken from")
                .doesNotContain("about");
        assertThat(folder.resolve("out/inversion.md")).hasContent(report);
    }

    private int evaluate(String... more) {
        List<String> line = new ArrayList<>(List.of(
                "evaluate",
                "inversion",
                "--model",
                SmallPictures.MODEL,
                "--other",
                SmallPictures.MODEL,
                "--judge",
                ModelPackage.CLASSIFIER,
                "--references",
                folder.resolve("references").toString(),
                "--queries",
                folder.resolve("queries").toString(),
                "--images",
                "3",
                "--batch",
                "2",
                "--steps",
                "12",
                "--threads",
                "1",
                "--out",
                folder.resolve("out").toString()));
        line.addAll(List.of(more));
        return commands.run(line.toArray(String[]::new));
    }
}
