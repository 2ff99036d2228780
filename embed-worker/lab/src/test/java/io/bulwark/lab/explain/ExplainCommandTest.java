package io.bulwark.lab.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.invert.SmallPictures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {

    @TempDir
    static Path folder;

    private final SmallPictures commands = new SmallPictures();

    @BeforeAll
    static void draw() throws IOException {
        SmallPictures.draw(folder.resolve("references"), 12, 1);
        SmallPictures.draw(folder.resolve("queries"), 6, 500);
    }

    @Test
    void aDecisionIsShownOverTheViewThatMadeIt() throws IOException {
        Path out = folder.resolve("explained");

        assertThat(explain(folder.resolve("queries/red/0.png"), out, "--flagged-labels", "red"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        JsonNode answer = commands.json();
        assertThat(answer.path("decision").asText()).isIn("NSFW", "SAFE", "REVIEW");
        assertThat(answer.path("view").asText()).isNotEmpty();
        assertThat(answer.path("gradient")).hasSize(ImportanceMap.SIDE * ImportanceMap.SIDE);
        assertThat(answer.path("gradientWithShuffled").asDouble()).isBetween(-1.0, 1.0);
        BufferedImage overlay = ImageIO.read(out.resolve("overlay.png").toFile());
        assertThat(overlay.getWidth()).isEqualTo(32);
        assertThat(ImageIO.read(out.resolve("sheet.png").toFile()).getWidth()).isGreaterThan(4 * 224);
        assertThat(out.resolve("explanation.json")).content().contains("occlusion");
    }

    @Test
    void whatIsNoPictureOrHasNothingToBeNearToIsNamed() throws IOException {
        Path text = Files.writeString(folder.resolve("no-picture.txt"), "no picture");

        assertThat(explain(text, folder.resolve("x"), "--flagged-labels", "red"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("no-picture.txt is refused");

        assertThat(explain(folder.resolve("queries/red/0.png"), folder.resolve("x"), "--flagged-labels", "green"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--flagged-labels");
    }

    @Test
    void explanationsAreTestedByDeletionAndByShuffledWeights() throws IOException {
        assertThat(evaluate("1", "1")).as(commands.err()).isEqualTo(ExitCodes.OK);
        List<String> first = Files.readAllLines(folder.resolve("results/explanations.jsonl"));

        assertThat(evaluate("3", "1")).as(commands.err()).isEqualTo(ExitCodes.OK);

        JsonNode answer = commands.json();
        assertThat(answer.path("explained").asInt()).isBetween(1, 3);
        JsonNode areas = answer.path("areas");
        assertThat(areas.path("occlusion").path("value").asDouble()).isBetween(0.0, 1.0);
        assertThat(areas.path("random order").path("value").asDouble()).isBetween(0.0, 1.0);
        assertThat(answer.path("robustMinusClean").path("value").asDouble()).isBetween(-1.0, 1.0);
        assertThat(answer.path("rankCorrelations")
                        .path("the clean encoder's smoothed gradient")
                        .path("value")
                        .asDouble())
                .isBetween(-1.0, 0.999);
        assertThat(answer.path("rankCorrelations")
                        .path("shuffled weights' smoothed gradient")
                        .path("value")
                        .asDouble())
                .isBetween(-0.9, 0.9);
        assertThat(folder.resolve("results/explanations.md")).content().contains("| random order |");
        assertThat(Files.readAllLines(folder.resolve("results/explanations.jsonl")))
                .as("what the run before it knew is not asked again")
                .startsWith(first.toArray(String[]::new))
                .hasSizeGreaterThan(first.size())
                .doesNotHaveDuplicates();

        assertThat(evaluate("3", "2")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("explanations.jsonl").contains("another output folder");
    }

    private int evaluate(String images, String seed) {
        return commands.run(
                "evaluate",
                "explanations",
                "--model",
                SmallPictures.MODEL,
                "--clean",
                SmallPictures.OTHER_MODEL,
                "--references",
                folder.resolve("references").toString(),
                "--queries",
                folder.resolve("queries").toString(),
                "--flagged",
                "red",
                "--images",
                images,
                "--noisy-copies",
                "4",
                "--seed",
                seed,
                "--threads",
                "1",
                "--out",
                folder.resolve("results").toString(),
                "--json");
    }

    private int explain(Path file, Path out, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "explain",
                file.toString(),
                "--model",
                SmallPictures.MODEL,
                "--references",
                folder.resolve("references").toString(),
                "--no-structure",
                "--out",
                out.toString(),
                "--json"));
        line.addAll(List.of(more));
        return commands.run(line.toArray(String[]::new));
    }
}
