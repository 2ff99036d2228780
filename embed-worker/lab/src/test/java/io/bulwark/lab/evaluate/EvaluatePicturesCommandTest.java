package io.bulwark.lab.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.picture.PictureSet.HeldOutOptions.HeldOutSplit;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatePicturesCommandTest {

    private static final int PICTURES = 24;

    @TempDir
    Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @BeforeEach
    void pictures() throws IOException {
        for (int i = 0; i < PICTURES; i++) {
            noise("cats", i);
            noise("dogs", PICTURES + i);
        }
    }

    @Test
    void twoClassesBecomeReferencesAndQueriesAndTheCountsAreSaid() throws IOException {
        int code =
                run("--class", "cat=" + folder.resolve("cats"), "--class", "dog=" + folder.resolve("dogs"), "--json");

        assertThat(code).as(commands.err()).isEqualTo(ExitCodes.OK);
        List<String> lines = commands.out().lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode cats = new ObjectMapper().readTree(lines.get(0));
        int heldOut = 0;
        for (Path file : files("cats")) {
            heldOut += new HeldOutSplit(3).holdsOut(file) ? 1 : 0;
        }
        assertThat(cats.path("class").asText()).isEqualTo("cat");
        assertThat(cats.path("queries").asInt()).isEqualTo(heldOut).isPositive();
        assertThat(cats.path("references").asInt()).isEqualTo(PICTURES - heldOut);
        assertThat(files("out/queries/cat")).hasSize(heldOut);
        assertThat(files("out/references/cat")).hasSize(PICTURES - heldOut);
        assertThat(files("out/references/dog")).isNotEmpty();
    }

    @Test
    void numbersLimitAndExcludedNamesAreLeftOut() throws IOException {
        Path excluded = Files.writeString(folder.resolve("excluded.txt"), "3.png\n\n5.png\n");

        int code = run(
                "--class",
                "cat=" + folder.resolve("cats"),
                "--class",
                "dog=" + folder.resolve("dogs"),
                "--exclude",
                excluded.toString(),
                "--per-class",
                "2",
                "--references-per-class",
                "90");

        assertThat(code).as(commands.err()).isEqualTo(ExitCodes.OK);
        assertThat(files("out/queries/cat")).hasSizeLessThanOrEqualTo(2);
        assertThat(files("out/references/cat"))
                .noneMatch(file -> file.getFileName().toString().matches("[35]-.*"));
        assertThat(commands.out()).contains("cat: ").contains(" queries of ");
    }

    @Test
    void ofPicturesThatNoTrainingSawEveryOtherOneIsAQuery() throws IOException {
        assertThat(run("--class", "cat=" + folder.resolve("cats"), "--unseen", "dog=" + folder.resolve("dogs")))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        int heldOut = 0;
        for (Path file : files("dogs")) {
            heldOut += new HeldOutSplit(2).holdsOut(file) ? 1 : 0;
        }
        assertThat(files("out/queries/dog")).hasSize(heldOut);
    }

    @Test
    void oneClassIsNoTask() {
        assertThat(run("--class", "cat=" + folder.resolve("cats"))).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("[cat]").contains("two");
    }

    @Test
    void aClassWithoutItsPathIsNamedWithAnExample() {
        assertThat(run("--class", "cats/", "--class", "dog=" + folder.resolve("dogs")))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--class 'cats/'").contains("drawing=clipart/");
    }

    @Test
    void aFolderWithoutPicturesIsNamed() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));

        assertThat(run("--class", "cat=" + empty, "--class", "dog=" + folder.resolve("dogs")))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("empty").contains("no picture").doesNotContain("\tat ");
    }

    @Test
    void aFolderThatHoldsAnotherLayoutIsNotMixedWithThisOne() throws IOException {
        Files.createDirectories(folder.resolve("out/queries/bird"));

        assertThat(run("--class", "cat=" + folder.resolve("cats"), "--class", "dog=" + folder.resolve("dogs")))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("out/queries").contains("not empty");
    }

    @Test
    void aClassWithoutAnyQueryFailsAndNamesTheFix() throws IOException {
        assertThat(run(
                        "--class",
                        "cat=" + folder.resolve("cats"),
                        "--class",
                        "dog=" + folder.resolve("dogs"),
                        "--held-out-every",
                        "0"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("0 queries").contains("--held-out-every");
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "evaluate",
                "pictures",
                "--references",
                folder.resolve("out/references").toString(),
                "--queries",
                folder.resolve("out/queries").toString(),
                "--side",
                "16"));
        if (!List.of(arguments).contains("--held-out-every")) {
            all.addAll(List.of("--held-out-every", "3"));
        }
        all.addAll(List.of(arguments));
        return commands.run(all.toArray(String[]::new));
    }

    private List<Path> files(String below) throws IOException {
        try (Stream<Path> walk = Files.walk(folder.resolve(below))) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private void noise(String where, int seed) throws IOException {
        BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            image.setRGB(i % 20, i / 20, random.nextInt(1 << 24));
        }
        Path file = folder.resolve(where).resolve(seed % PICTURES + ".png");
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }
}
