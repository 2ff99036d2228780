package io.bulwark.lab.evaluate.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.model.ModelPackage;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatePolicyCommandTest {

    @TempDir
    static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void pictures() throws IOException {
        for (int i = 0; i < 8; i++) {
            picture("references/stripes", i, true);
            picture("references/checks", i, false);
        }
        picture("queries/stripes", 20, true);
        picture("queries/checks", 20, false);
    }

    @Test
    void threeOutcomesOfBothTracksAreReportedAndARunGoesOnFromItsLedger() throws IOException {
        Path results = folder.resolve("results");

        assertThat(policy(results, "--share", "ALL", "--final"))
                .as(err.toString())
                .isEqualTo(ExitCodes.OK);

        JsonNode json =
                new ObjectMapper().readTree(results.resolve("policy.json").toFile());
        assertThat(json.path("rows").findValuesAsText("track")).contains("model input", "uploaded picture, png");
        assertThat(json.path("rows").findValuesAsText("attack"))
                .contains(
                        "none",
                        "APGD 2 x 1, sides",
                        "APGD 2 x 1, vote",
                        "Square, 3 queries",
                        "HopSkipJump, 4 queries",
                        "the worst of all");
        JsonNode clean = json.path("rows").path(0).path("flagged");
        double all = 0;
        for (String outcome : List.of("NSFW", "REVIEW", "SAFE")) {
            all += clean.path(outcome).path("value").asDouble();
        }
        assertThat(all).isEqualTo(1);
        assertThat(clean.path("NSFW").path("files").asInt()).isEqualTo(1);
        assertThat(Files.readString(results.resolve("policy.md")))
                .contains("| flagged stays NSFW | becomes REVIEW | becomes SAFE |")
                .contains("of 2 files, all;")
                .contains("Upper bounds of robustness");
        assertThat(err.toString()).contains("gradient steps");

        String ledger = Files.readString(results.resolve("policy.jsonl"));
        assertThat(policy(results, "--share", "ALL", "--final")).isEqualTo(ExitCodes.OK);
        assertThat(Files.readString(results.resolve("policy.jsonl"))).isEqualTo(ledger);
    }

    @Test
    void aPairIsAttackedByBothEncodersAsFilesAtTheirOwnSize() throws IOException {
        Path results = folder.resolve("pair");

        int code = policy(
                results,
                "--share",
                "ALL",
                "--final",
                "--twin",
                ModelPackage.CLEAN_PARENT,
                "--tracks",
                "UPLOAD",
                "--format",
                "jpeg:90",
                "--rectangles");

        assertThat(code).as(err.toString()).isEqualTo(ExitCodes.OK);
        JsonNode json =
                new ObjectMapper().readTree(results.resolve("policy.json").toFile());
        assertThat(json.path("rows").findValuesAsText("track")).containsOnly("uploaded picture, jpg");
        assertThat(json.path("rows").findValuesAsText("attack"))
                .contains("APGD 2 x 1, the worse of both encoders", "APGD 2 x 1, the mean of both encoders");
        assertThat(Files.readString(results.resolve("policy.md")))
                .contains("SAFE only where `efficientnet-lite0` says so as well")
                .contains("rectangles=true");
        assertThat(policy(results, "--share", "ALL", "--final")).isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("outcomes of another model, bank or policy");
    }

    @Test
    void evasionsAreReportedForEachSetOfViews() throws IOException {
        Path results = folder.resolve("evasions");

        assertThat(evasions(results, "--sets", "UPRIGHT,MIRROR"))
                .as(err.toString())
                .isEqualTo(ExitCodes.OK);
        JsonNode json =
                new ObjectMapper().readTree(results.resolve("evasions.json").toFile());
        assertThat(json.path("upright")
                        .path("flagged")
                        .path("mirrored")
                        .path("NSFW")
                        .path("pictures")
                        .asInt())
                .isEqualTo(1);
        assertThat(json.path("mirror").path("secondsEach").asDouble()).isPositive();
        assertThat(Files.readString(results.resolve("evasions.md")))
                .contains("| upright | turned by quarters |", "| change | safe stays SAFE |", "| goal REVIEW |");
        assertThat(json.at("/upright/safe/none/toPeople/value")).isEqualTo(json.at("/upright/safe/none/REVIEW/value"));
    }

    @Test
    void evasionsOfAPairAreJudgedByBothInTheViewsThatAreAskedFor() throws IOException {
        Path results = folder.resolve("evasions-of-a-pair");

        assertThat(evasions(results, "--sets", "UPRIGHT", "--twin", ModelPackage.CLEAN_PARENT, "--text", "--insets"))
                .as(err.toString())
                .isEqualTo(ExitCodes.OK);

        assertThat(Files.readString(results.resolve("evasions.md")))
                .contains("SAFE only where `efficientnet-lite0` says so as well")
                .contains("text=true")
                .contains("insets=true");
        assertThat(err.toString()).contains("SAFE only where `efficientnet-lite0` says so as well");
    }

    private int evasions(Path results, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "evaluate",
                "evasions",
                "--references",
                folder.resolve("references").toString(),
                "--queries",
                folder.resolve("queries").toString(),
                "--flagged-labels",
                "stripes",
                "-k",
                "3",
                "--calibration",
                "0.6",
                "--share",
                "ALL",
                "--final",
                "--no-augment",
                "--patch",
                "0",
                "--threads",
                "1",
                "--out",
                results.toString()));
        arguments.addAll(List.of(more));
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FINAL", "ALL"})
    void whatIsKeptForTheLastRunIsAskedByNoOther(String share) {
        assertThat(policy(folder.resolve("kept"), "--share", share)).isEqualTo(ExitCodes.USAGE);

        assertThat(err.toString()).contains("--share " + share).contains("--final");
        assertThat(folder.resolve("kept")).doesNotExist();
    }

    @Test
    void whatCannotBeAskedIsNamed() {
        assertThat(policy(folder.resolve("x"), "--calibration", "1")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--calibration");
        assertThat(policy(folder.resolve("x"), "--iterations", "0")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("0 iterations");
        assertThat(policy(folder.resolve("x"), "--format", "tiff")).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--format");
    }

    private int policy(Path results, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "evaluate",
                "policy",
                "--references",
                folder.resolve("references").toString(),
                "--queries",
                folder.resolve("queries").toString(),
                "--flagged-labels",
                "stripes",
                "-k",
                "3",
                "--no-augment",
                "--iterations",
                "2",
                "--restarts",
                "1",
                "--square-queries",
                "3",
                "--decision-queries",
                "4",
                "--transfer-from",
                "none",
                "--threads",
                "1",
                "--out",
                results.toString()));
        arguments.addAll(List.of(more));
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setOverwrittenOptionsAllowed(true)
                .execute(arguments.toArray(String[]::new));
    }

    private static void picture(String label, int number, boolean striped) throws IOException {
        BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 48; y++) {
            for (int x = 0; x < 64; x++) {
                boolean light = striped ? (x + number) / 4 % 2 == 0 : (x / 6 + y / 6 + number) % 2 == 0;
                image.setRGB(
                        x,
                        y,
                        (light ? new Color(250 - 3 * number, 240, 230) : new Color(20, 40 + number, 60)).getRGB());
            }
        }
        Path file = folder.resolve(label).resolve("picture-" + number + ".png");
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }
}
