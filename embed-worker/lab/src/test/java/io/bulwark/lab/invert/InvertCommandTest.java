package io.bulwark.lab.invert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.terminal.ExitCodes;
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

class InvertCommandTest {

    @TempDir
    static Path pictures;

    @TempDir
    Path out;

    private final SmallPictures commands = new SmallPictures();

    @BeforeAll
    static void draw() throws IOException {
        SmallPictures.draw(pictures, 4, 1);
    }

    @Test
    void aPictureIsDrawnFromItsEmbeddingByTwoEncodersSideBySide() throws IOException {
        assertThat(invert("image", picture("red/0.png"), "--beside", SmallPictures.OTHER_MODEL, "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        JsonNode answer = commands.json();
        assertThat(answer.path("target").asText()).isEqualTo("0.png");
        assertThat(answer.path("sides")).hasSize(2);
        for (JsonNode side : answer.path("sides")) {
            assertThat(side.path("score").asDouble()).isBetween(0.0, 1.001);
            assertThat(side.path("transfer").asDouble()).isBetween(-1.001, 1.001);
            assertThat(side.path("residentBytes")).hasSizeGreaterThan(2);
            BufferedImage image =
                    ImageIO.read(Path.of(side.path("picture").asText()).toFile());
            assertThat(image.getWidth()).isEqualTo(side.path("width").asInt());
        }
        assertThat(ImageIO.read(out.resolve("sheet.png").toFile()).getWidth()).isGreaterThan(3 * 192);
        assertThat(ImageIO.read(out.resolve("way.png").toFile()).getWidth()).isGreaterThan(5 * 112);
        assertThat(out.resolve("way-beside.png")).exists();
        assertThat(out.resolve("inversion.json")).content().contains("l2 ball");
        assertThat(out.resolve("unfinished.safetensors")).doesNotExist();
    }

    @Test
    void theCostIsPrintedFirstAndTheSameSeedDrawsTheSame() throws IOException {
        assertThat(invert("image", picture("blue/1.png"), "--start", "noise", "--method", "free"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.err())
                .contains("1 pictures of 32x32, free pixels")
                .containsPattern("about \\d+ s on this machine");
        assertThat(commands.out()).contains("sheet.png").contains("score");
        byte[] first = Files.readAllBytes(out.resolve("picture.png"));

        assertThat(invert("image", picture("blue/1.png"), "--start", "noise", "--method", "free"))
                .isEqualTo(ExitCodes.OK);

        assertThat(out.resolve("picture.png")).hasBinaryContent(first);
    }

    @Test
    void aLabelsMeanAndADifferenceAreDrawn() throws IOException {
        assertThat(invert("label", "red", "--references", pictures.toString(), "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.json().path("target").asText()).isEqualTo("red, the mean of 4");

        assertThat(invert(
                        "difference", "--more", "red", "--less", "blue", "--references", pictures.toString(), "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        assertThat(commands.json().path("target").asText()).contains("red, the mean of 4, less blue");
        assertThat(commands.json().path("sides")).hasSize(1);
    }

    @Test
    void aTextIsDrawnByAModelThatHasATextEncoder() throws IOException {
        Path vocabulary = Files.writeString(
                out.resolve("vocabulary.json"),
                "{\"model\": {\"end_of_word_suffix\": \"</w>\", \"vocab\": {\"a</w>\": 1, \"c\": 2, \"a\": 3, \"t</w>\": 4,"
                        + " \"<|startoftext|>\": 254, \"<|endoftext|>\": 255}, \"merges\": []}}");

        assertThat(invert("text", "a cat", "--vocabulary", vocabulary.toString(), "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        assertThat(commands.json().path("target").asText()).isEqualTo("a cat");
        assertThat(commands.json().path("sides").path(0).path("score").asDouble())
                .isGreaterThan(0);
    }

    @Test
    void aTextNeedsSuchAModelAndItsVocabulary() {
        assertThat(commands.run(
                        "invert", "text", "a cat", "--vocabulary", SmallPictures.VOCABULARY, "--out", out.toString()))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("no text encoder").contains("--model");

        assertThat(invert("text", "a cat", "--vocabulary", SmallPictures.VOCABULARY))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("does not belong to the model");

        assertThat(invert("text", "a cat", "--vocabulary", picture("red/0.png")))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("no CLIP vocabulary");
    }

    @Test
    void labelsAndTextsThatStandForExplicitContentAreRefused() {
        assertThat(invert("label", "nsfw", "--references", pictures.toString())).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err())
                .contains("'nsfw' stands for explicit content")
                .contains("--i-know");
        assertThat(invert("text", "naked people", "--vocabulary", SmallPictures.VOCABULARY))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(invert("difference", "--more", "red", "--less", "porn", "--references", pictures.toString()))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(invert("label", "nsfw", "--i-know", "--references", pictures.toString()))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err())
                .contains("has no label 'nsfw'")
                .contains("blue")
                .contains("red");
    }

    @Test
    void aSizeThatTheFamilyDoesNotTakeAndOptionsOutOfRangeAreNamed() {
        assertThat(invert("image", picture("red/0.png"), "--size", "40")).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("--size").contains("40x40");
        assertThat(invert("image", picture("red/0.png"), "--size", "5")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--size is 5");
        assertThat(invert("image", picture("red/0.png"), "--method", "magic")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("'magic'");
        assertThat(invert("image", picture("red/0.png"), "--step-size", "-1")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--step-size");
    }

    @Test
    void whatAnotherInversionLeftUnfinishedIsNotGoneOnFrom() throws IOException {
        Files.writeString(out.resolve("unfinished.safetensors"), "something");

        assertThat(invert("image", picture("red/0.png"))).isEqualTo(ExitCodes.FAILED);

        assertThat(commands.err()).contains("unfinished.safetensors").contains("no inversion");
    }

    private int invert(String what, String... more) {
        List<String> line = new ArrayList<>(List.of("invert", what));
        line.addAll(List.of(more));
        line.addAll(List.of("--model", SmallPictures.MODEL, "--steps", "8", "--threads", "1", "--out", out.toString()));
        return commands.run(line.toArray(String[]::new));
    }

    private static String picture(String name) {
        return pictures.resolve(name).toString();
    }
}
