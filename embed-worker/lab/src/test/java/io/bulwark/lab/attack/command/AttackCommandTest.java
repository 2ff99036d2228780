package io.bulwark.lab.attack.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.picture.StripedPictures;
import io.bulwark.perception.model.ModelPackage;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttackCommandTest {

    private static final int REFERENCES = 8;
    private static final int LEVELS = 4;

    @TempDir
    static Path folder;

    @TempDir
    Path out;

    private final CapturedCommands commands = new CapturedCommands();

    @BeforeAll
    static void pictures() throws IOException {
        StripedPictures.references(folder, REFERENCES);
        StripedPictures.write(folder.resolve("mine"), 50, true);
    }

    @Test
    void aCopyStaysWithinTheThreatModelAndSaysWhatTheModerationMakesOfIt() throws IOException {
        assertThat(decided("--flagged-labels", "stripes", "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        JsonNode answer = commands.json();
        assertThat(answer.path("before").asText()).isIn("NSFW", "REVIEW", "SAFE");
        assertThat(answer.path("threat").asText()).isEqualTo("linf 4/255");
        assertThat(answer.path("gradientSteps").asInt()).isBetween(2, 3);
        assertThat(answer.path("reached").asBoolean())
                .isEqualTo(answer.path("after").asText().equals("SAFE"));
        BufferedImage clean = ImageIO.read(Path.of(answer.path("file").asText()).toFile());
        BufferedImage copy = ImageIO.read(Path.of(answer.path("copy").asText()).toFile());
        int largest = largestChange(clean, copy);
        assertThat(largest).isBetween(1, LEVELS);
        assertThat(answer.path("linf").asDouble() * 255).isEqualTo(largest, within(1e-3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"square", "hopskipjump"})
    void anAttackerWithoutGradientsAsksInTheirPlace(String method) throws IOException {
        assertThat(decided("--flagged-labels", "stripes", "--method", method, "--queries", "12", "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        JsonNode answer = commands.json();
        assertThat(answer.path("gradientSteps").asInt()).isZero();
        assertThat(answer.path("queries").asInt()).isBetween(1, 12);
        assertThat(answer.path("reached").asBoolean())
                .isEqualTo(answer.path("after").asText().equals("SAFE"));
    }

    @Test
    void aMethodThatIsNoneOrDecidesNothingIsNamed() {
        assertThat(decided("--method", "guess")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("'guess'").contains("hopskipjump");

        assertThat(decided("--method", "square", "--goal", "away")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("goal 'away'");
    }

    @Test
    void onTheTrackOfPixelsTheCopyHasTheEncodersInputSize() throws IOException {
        assertThat(decided("--flagged-labels", "checks", "--goal", "flag", "--track", "pixels"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        BufferedImage copy = ImageIO.read(out.resolve("50.png").toFile());
        int side =
                ModelPackage.open(ModelPackage.DEFAULT).manifest().preprocess().height();
        assertThat(List.of(copy.getWidth(), copy.getHeight())).containsExactly(side, side);
        assertThat(commands.out()).contains("within linf 4/255");
    }

    @Test
    void anEmbeddingIsDrivenAwayWithoutReferencesAndJpegLosesPartOfTheChange() throws IOException {
        assertThat(run("--goal", "away", "--format", "jpeg:90", "--threat", "l2:2", "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        JsonNode answer = commands.json();
        assertThat(answer.path("copy").asText()).endsWith("50.jpg");
        assertThat(answer.path("similarity").asDouble()).isLessThan(0.9999);
        assertThat(answer.path("l2").asDouble()).isBetween(0.1, 2.0001);
        assertThat(answer.path("linfArrived").asDouble()).isPositive();
    }

    @Test
    void noCopyTakesThePlaceOfAnother() throws IOException {
        Files.writeString(out.resolve("50.png"), "another file");

        assertThat(run("--goal", "away")).as(commands.err()).isEqualTo(ExitCodes.OK);

        assertThat(out.resolve("50.png")).hasContent("another file");
        assertThat(ImageIO.read(out.resolve("50-2.png").toFile())).isNotNull();
    }

    @Test
    void aFileThatIsNoPictureIsNamedAndTheOthersAreAttacked() throws IOException {
        Path mixed = Files.createDirectories(out.resolve("mixed"));
        Files.writeString(mixed.resolve("a.png"), "no picture");
        Files.copy(folder.resolve("mine/50.png"), mixed.resolve("b.png"));

        assertThat(execute("attack", mixed.toString(), "--goal", "away", "--iterations", "2", "--out", out.toString()))
                .isEqualTo(ExitCodes.FAILED);

        assertThat(commands.out()).contains("a.png: not attacked").contains("NOT_AN_IMAGE");
        assertThat(commands.err()).contains("1 of 2 copies reached their goal, 1 files could not be attacked");
        assertThat(out.resolve("b.png")).exists();
        assertThat(out.resolve("a.png")).doesNotExist();
    }

    @Test
    void whatCannotBeIsNamedWithWhatCan() {
        assertRefused(List.of("--goal", "win"), "--goal", "evade, flag and away");
        assertRefused(List.of("--track", "paper"), "--track", "upload and pixels");
        assertRefused(List.of("--format", "gif"), "--format", "jpeg:90");
        assertRefused(List.of("--threat", "linf4"), "--threat", "linf:4/255");
        assertRefused(List.of("--goal", "away", "--iterations", "0"), "--iterations", "1 and more");
        assertRefused(List.of(), "--references", "evade");
        assertRefused(
                List.of("--references", folder.resolve("references").toString(), "--flagged-labels", "dots"),
                "--flagged-labels",
                "flagged");
    }

    private void assertRefused(List<String> arguments, String... named) {
        commands.clearErr();
        assertThat(run(arguments.toArray(String[]::new)))
                .as(arguments + " " + commands.err())
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains(named).doesNotContain("\tat ");
        try (Stream<Path> written = Files.list(out)) {
            assertThat(written).isEmpty();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private int decided(String... more) {
        List<String> all = new ArrayList<>(
                List.of("--references", folder.resolve("references").toString()));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }

    private int run(String... more) {
        List<String> all =
                new ArrayList<>(List.of("attack", folder.resolve("mine").toString(), "--out", out.toString()));
        if (!List.of(more).contains("--iterations")) {
            all.addAll(List.of("--iterations", "2"));
        }
        all.addAll(List.of(more));
        return execute(all.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        return commands.run(arguments);
    }

    private static int largestChange(BufferedImage clean, BufferedImage copy) {
        int largest = 0;
        for (int y = 0; y < clean.getHeight(); y++) {
            for (int x = 0; x < clean.getWidth(); x++) {
                Color before = new Color(clean.getRGB(x, y));
                Color after = new Color(copy.getRGB(x, y));
                largest = Math.max(largest, Math.abs(before.getRed() - after.getRed()));
                largest = Math.max(largest, Math.abs(before.getGreen() - after.getGreen()));
                largest = Math.max(largest, Math.abs(before.getBlue() - after.getBlue()));
            }
        }
        return largest;
    }
}
