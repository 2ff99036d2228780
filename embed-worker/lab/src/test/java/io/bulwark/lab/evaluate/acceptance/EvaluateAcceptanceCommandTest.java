package io.bulwark.lab.evaluate.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.model.ModelPackage;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateAcceptanceCommandTest {

    @TempDir
    static Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    /** Stripes across are flagged, checks and plain gradients are not. */
    @BeforeAll
    static void pictures() throws IOException {
        for (int i = 0; i < 30; i++) {
            draw("mine/stripes/" + i, i, (x, y, number) -> (y + number) / 8 % 2 == 0 ? 0 : 200);
            draw("mine/checks/" + i, i, (x, y, number) -> ((x + number) / 12 + y / 12) % 2 == 0 ? 0 : 200);
            draw("mine/plain/" + i, i, (x, y, number) -> 60 + (x + y + number) / 2);
        }
        Files.writeString(folder.resolve("mine/plain/broken.png"), "no picture at all");
        Files.writeString(folder.resolve("mine/plain/notes.txt"), "no picture either");
        Files.copy(folder.resolve("mine/plain/1.png"), folder.resolve("mine/plain/copy-of-1.png"));
    }

    /** The same files by the encoder alone and with a twin: SAFE needs both, NSFW is the encoder's. */
    @Test
    void aTwinHoldsBackWhatItDoesNotCallSafe() throws IOException {
        JsonNode alone = decided("alone");
        JsonNode pair = decided("pair", "--twin", ModelPackage.CLEAN_PARENT);

        assertThat(Files.readString(folder.resolve("pair/acceptance.md"))).contains("held back by=efficientnet-lite0");
        assertThat(pair.at("/flagged/nsfw/value")).isEqualTo(alone.at("/flagged/nsfw/value"));
        assertThat(pair.at("/safe/nsfw/value")).isEqualTo(alone.at("/safe/nsfw/value"));
        assertThat(Files.readString(folder.resolve("alone/acceptance.md"))).doesNotContain("held back by");
    }

    @Test
    void aTwinOfAnotherInputSizeIsRefused() {
        int code = run(
                "mine",
                folder.resolve("other"),
                "--flagged-labels",
                "stripes",
                "--twin",
                ModelPackage.CLASSIFIER,
                "--edited",
                "0",
                "--attacked",
                "0",
                "--no-augment");

        assertThat(code).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("--twin sees other views than --model");
    }

    private JsonNode decided(String results, String... further) throws IOException {
        List<String> options = new ArrayList<>(List.of(
                "--flagged-labels", "stripes", "--edited", "0", "--attacked", "0", "--no-augment", "--threads", "1"));
        options.addAll(List.of(further));
        assertThat(run("mine", folder.resolve(results), options.toArray(String[]::new)))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        return new ObjectMapper()
                .readTree(folder.resolve(results).resolve("acceptance.json").toFile());
    }

    @Test
    void aStrangerLearnsFromOneCommandHowTheirPicturesAreDecided() throws IOException {
        Path results = folder.resolve("results");

        int code = run(
                "mine",
                results,
                "--flagged-labels",
                "stripes",
                "--edited",
                "1",
                "--attacked",
                "2",
                "--iterations",
                "2",
                "--prevalence",
                "0.02",
                "--threads",
                "1");

        assertThat(code).as(commands.err()).isEqualTo(ExitCodes.OK);
        assertThat(commands.err())
                .startsWith("1 other files in ")
                .contains("91 files (")
                .contains("3 of the test files are edited in " + Edit.values().length + " ways each")
                .contains("At most 4 gradient steps of attacks")
                .contains("acceptance files: 91 of 91, 1 unreadable");
        String markdown = Files.readString(results.resolve("acceptance.md"));
        assertThat(commands.out().strip()).isEqualTo(markdown.strip());
        assertThat(markdown)
                .contains(ModelPackage.open(ModelPackage.DEFAULT).manifest().name())
                .contains("flagged-labels=stripes, k=11")
                .contains("149 flagged calibration files or more")
                .contains("1 copies of the same bytes")
                .contains("| plain | safe |")
                .contains("| mirrored |")
                .contains("APGD, iterations: 2, restarts: 1")
                .contains("| 2 % |");
        JsonNode json =
                new ObjectMapper().readTree(results.resolve("acceptance.json").toFile());
        assertThat(json.at("/flagged/nsfw/value").asDouble())
                .as("stripes are told from checks")
                .isGreaterThan(0.8);
        assertThat(json.at("/safe/nsfw/value").asDouble()).isLessThan(0.2);
        assertThat(json.path("edits")).hasSize(1 + Edit.values().length);
        assertThat(json.at("/attack/flagged/files").asInt()).isEqualTo(1);
        assertThat(json.at("/attack/safe/files").asInt()).isEqualTo(1);
        assertThat(json.path("bankSizes").size()).isGreaterThan(1);
        assertThat(json.path("bankSizes").path(0).path("files").asInt())
                .isLessThan(json.at("/split/bank").asInt());
        assertThat(json.at("/missesPromise/kept").asBoolean()).isFalse();
        assertThat(json.path("nearCopies").isArray()).isTrue();
        int sides = json.at("/split/bank").asInt()
                + json.at("/split/calibration").asInt()
                + json.at("/split/test").asInt();
        assertThat(sides).isEqualTo(91);
        assertThat(ImageIO.read(results.resolve("acceptance-bank-size.png").toFile()))
                .isNotNull();
    }

    /** Ten contributors with three pictures of each label; those of the questions have no reference. */
    @Test
    void questionsOfOtherContributorsAreDecidedAndIntervalsAreOverContributors() throws IOException {
        Path index = index("contributors.csv", number -> number < 7 ? "train" : "dev");

        assertThat(asked(
                        "--index",
                        index.toString(),
                        "--out",
                        folder.resolve("by-contributor").toString()))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        JsonNode json = new ObjectMapper()
                .readTree(folder.resolve("by-contributor/acceptance.json").toFile());
        assertThat(json.at("/split/contributors/test").asInt()).isEqualTo(3);
        assertThat(json.at("/split/contributors/bank").asInt()
                        + json.at("/split/contributors/calibration").asInt())
                .isEqualTo(7);
        assertThat(json.at("/flagged/files").asInt()).isEqualTo(9);
        assertThat(json.at("/flagged/nsfw/contributors").asInt()).isEqualTo(3);
        assertThat(json.at("/flagged/nsfw/questions").asInt()).isEqualTo(9);
        assertThat(Files.readString(folder.resolve("by-contributor/acceptance.md")))
                .contains("intervals over contributors")
                .contains("No contributor is on two sides");
    }

    @Test
    void aContributorOnBothSidesIsNamed() throws IOException {
        Path index = index("both.csv", number -> number % 2 == 0 ? "train" : "dev");
        Files.writeString(index, Files.readString(index).replace(",taker3,", ",taker2,"));

        assertThat(asked(
                        "--index",
                        index.toString(),
                        "--out",
                        folder.resolve("x").toString()))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("contributors [taker2]").doesNotContain("\tat ");
    }

    @Test
    void referencesAndQueriesMayLieInTwoFolders() throws IOException {
        for (int i = 0; i < 3; i++) {
            draw("asked/stripes/" + i, 40 + i, (x, y, number) -> (y + number) / 8 % 2 == 0 ? 0 : 200);
            draw("asked/plain/" + i, 40 + i, (x, y, number) -> 60 + (x + y + number) / 2);
        }

        assertThat(asked(
                        "--references",
                        folder.resolve("mine").toString(),
                        "--queries",
                        folder.resolve("asked").toString(),
                        "--out",
                        folder.resolve("two-folders").toString()))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        JsonNode json = new ObjectMapper()
                .readTree(folder.resolve("two-folders/acceptance.json").toFile());
        assertThat(json.at("/split/test").asInt()).isEqualTo(6);
        assertThat(json.at("/flagged/files").asInt()).isEqualTo(3);
    }

    /** What the bank saw of a photograph says too much of its other squares. */
    @Test
    void aPhotographWithSquaresInBothFoldersIsNamed() throws IOException {
        for (String side : List.of("known", "squares")) {
            int first = side.equals("known") ? 1 : 11;
            for (int i = first; i < first + 10; i++) {
                draw(side + "/stripes/one-0123456789ab-" + i, i, (x, y, number) -> (y + number) / 8 % 2 == 0 ? 0 : 200);
                draw(side + "/plain/two-ba9876543210-" + i, i, (x, y, number) -> 60 + (x + y + number) / 2);
            }
        }

        assertThat(asked(
                        "--references",
                        folder.resolve("known").toString(),
                        "--queries",
                        folder.resolve("squares").toString(),
                        "--out",
                        folder.resolve("x").toString()))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("contributors [two-ba9876543210, one-0123456789ab]");
    }

    @Test
    void thePicturesAreOfOneKindOfSource() throws IOException {
        String out = folder.resolve("x").toString();
        String mine = folder.resolve("mine").toString();

        assertThat(asked("--out", out)).isEqualTo(ExitCodes.USAGE);
        assertThat(asked(mine, "--references", mine, "--queries", mine, "--out", out))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(asked("--references", mine, "--out", out)).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("name exactly one of the three");

        assertThat(asked(mine, "--questions", "dev", "--out", out)).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--questions names a part of --index");

        Path index = index("parts.csv", number -> "train");
        assertThat(asked("--index", index.toString(), "--out", out)).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--questions is dev").contains("[train]");
    }

    private Path index(String name, IntFunction<String> part) throws IOException {
        StringBuilder lines = new StringBuilder("file,label,contributor,part\n");
        for (int i = 0; i < 30; i++) {
            for (String label : List.of("stripes", "checks", "plain")) {
                lines.append("mine/%s/%d.png,%s,taker%d,%s%n".formatted(label, i, label, i % 10, part.apply(i % 10)));
            }
        }
        return Files.writeString(folder.resolve(name), lines);
    }

    private int asked(String... arguments) {
        List<String> all = new ArrayList<>(List.of("evaluate", "acceptance"));
        all.addAll(List.of(arguments));
        all.addAll(List.of(
                "--flagged-labels", "stripes", "--edited", "0", "--attacked", "0", "--no-augment", "--threads", "1"));
        return commands.run(all.toArray(String[]::new));
    }

    @Test
    void aFolderWithoutLabelsSaysWhatIsNeeded() throws IOException {
        Files.createDirectories(folder.resolve("empty"));

        assertThat(run("empty", folder.resolve("x"), "--flagged-labels", "stripes"))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err())
                .contains("one folder of pictures for each label")
                .doesNotContain("\tat ");
    }

    @Test
    void aLabelWithoutPicturesIsNamed() throws IOException {
        draw("half/stripes/1", 1, (x, y, number) -> y);
        Files.createDirectories(folder.resolve("half/checks"));

        assertThat(run("half", folder.resolve("x"), "--flagged-labels", "stripes"))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("half/checks holds no image");
    }

    @Test
    void aFlaggedLabelWithoutAFolderIsNamedWithTheExistingLabels() {
        assertThat(run("mine", folder.resolve("x"), "--flagged-labels", "dots")).isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("'dots'").contains("[checks, plain, stripes]");
    }

    @Test
    void withoutASafeLabelThereIsNothingToTellApart() {
        assertThat(run("mine", folder.resolve("x"), "--flagged-labels", "stripes,checks,plain"))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("leaves no safe label").contains("harmless");
    }

    @Test
    void tooFewFilesForThreeSidesAreCounted() throws IOException {
        for (int i = 0; i < 2; i++) {
            draw("few/stripes/" + i, i, (x, y, number) -> (y + number) / 8 % 2 == 0 ? 0 : 200);
            draw("few/checks/" + i, i, (x, y, number) -> ((x + number) / 12 + y / 12) % 2 == 0 ? 0 : 200);
        }

        assertThat(run("few", folder.resolve("x"), "--flagged-labels", "stripes"))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("files is ").contains("20 or more").doesNotContain("\tat ");
    }

    @Test
    void resultsDoNotGoWhereTheNextRunWouldTakeThemForALabel() {
        assertThat(run("mine", folder.resolve("mine/results"), "--flagged-labels", "stripes"))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("--out").contains("folders are labels");
    }

    @Test
    void whatIsAttackedMustBeWhatDecides() {
        assertThat(run("mine", folder.resolve("x"), "--flagged-labels", "stripes", "--precision", "bf16"))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("--attacked 0").contains("bf16");
    }

    @Test
    void numbersOutOfRangeAreNamedBeforeAnythingIsRead() {
        assertThat(run("mine", folder.resolve("x"), "--flagged-labels", "stripes", "--prevalence", "0.1,1"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(run("mine", folder.resolve("x"), "--flagged-labels", "stripes", "--attacked", "3"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(run("mine", folder.resolve("x"), "--flagged-labels", "stripes", "--edited", "-1"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(run("mine", folder.resolve("x"), "--flagged-labels", "stripes", "--delta", "1"))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err())
                .contains("--prevalence is 1.0")
                .contains("--attacked is 3")
                .contains("--edited is -1")
                .contains("delta is 1.0");
    }

    private int run(String pictures, Path results, String... options) {
        List<String> arguments = new ArrayList<>(
                List.of("evaluate", "acceptance", folder.resolve(pictures).toString(), "--out", results.toString()));
        arguments.addAll(List.of(options));
        return commands.run(arguments.toArray(String[]::new));
    }

    /** The level of a pixel. */
    private interface Pattern {
        int level(int x, int y, int number);
    }

    private static void draw(String name, int number, Pattern pattern) throws IOException {
        BufferedImage image = new BufferedImage(96, 72, BufferedImage.TYPE_INT_RGB);
        Random random = new Random(number);
        int red = random.nextInt(50);
        for (int x = 0; x < 96; x++) {
            for (int y = 0; y < 72; y++) {
                int level = Math.min(200, pattern.level(x, y, number));
                image.setRGB(x, y, new Color(level + red, level, level + random.nextInt(20)).getRGB());
            }
        }
        Path file = folder.resolve(name + ".png");
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }
}
