package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.model.ModelPackage;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** From a configuration and labelled folders to an encoder and its robustness, by the commands that the page on training names. */
class TecoaCommandTest {

    private static final int SIDE = 12;
    private static final int PICTURES = 96;

    @TempDir
    static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Bright on the left, bright on the right, and between them noise. */
    @BeforeAll
    static void pictures() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < PICTURES; i++) {
            BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                boolean bright = (pixel % SIDE < SIDE / 2) == (i % 2 == 0);
                picture.getRaster().setSample(pixel % SIDE, pixel / SIDE, 0, random.nextInt(64) + (bright ? 128 : 0));
            }
            Path file = folder.resolve("pictures/%s/%02d.png".formatted(i % 2 == 0 ? "left" : "right", i));
            Files.createDirectories(file.getParent());
            ImageIO.write(picture, "png", file.toFile());
        }
        Files.writeString(
                folder.resolve("small.json"),
                "{\"model_cfg\": {\"embed_dim\": 8, \"vision_cfg\": {\"image_size\": 12, \"patch_size\": 4, \"layers\": 1,"
                        + " \"width\": 16, \"head_width\": 8}, \"text_cfg\": {}}}");
    }

    @Test
    void anEncoderThatKnewNothingTellsPerturbedPicturesApart() throws IOException {
        String images = folder.resolve("pictures").toString();
        String fresh = folder.resolve("fresh").toString();
        String tuned = folder.resolve("tuned").toString();
        Path results = folder.resolve("results");

        run("model", "new", "--config", folder.resolve("small.json").toString(), "--seed", "3", fresh);
        run(train(images, fresh, tuned, "--prototypes", "SIMPLEX", "--scale", "10"));
        run(
                "evaluate",
                "knn",
                "--model",
                tuned,
                "--references",
                images,
                "--reference-images",
                "40",
                "--queries",
                images,
                "--share",
                "ALL",
                "--final",
                "--images",
                "20",
                "--threats",
                "linf:0.03",
                "--iterations",
                "3",
                "--restarts",
                "1",
                "--batch",
                "20",
                "--out",
                results.toString());

        JsonNode rows = new ObjectMapper()
                .readTree(results.resolve("knn.json").toFile())
                .path("rows");
        assertThat(rows.path(0).path("accuracy").path("questions").asInt()).isEqualTo(20);
        assertThat(rows.path(0).path("accuracy").path("value").asDouble()).isEqualTo(1);
        assertThat(rows.path(1).path("accuracy").path("value").asDouble()).isGreaterThan(0.8);
        assertThat(Files.readString(results.resolve("knn.md"))).contains("against 40 references");
        assertThat(ModelPackage.open(tuned).manifest().provenance())
                .containsEntry("variation", "not mirrored, padding 1")
                .containsEntry("threat", "linf 0.05")
                .hasEntrySatisfying("goal", goal -> assertThat(goal).startsWith("TeCoA, scale 10.0"));
    }

    @Test
    void aFolderIsLearntWithoutBeingKeptDecodedAndItsHoursAreEstimatedBefore() throws IOException {
        String images = folder.resolve("pictures").toString();
        String fresh = folder.resolve("for-streams").toString();
        Path tuned = folder.resolve("streamed");
        run("model", "new", "--config", folder.resolve("small.json").toString(), fresh);
        List<String> command = new ArrayList<>(List.of(
                "train", "tecoa", "--model", fresh, "--data", images, "--stream", "--prototypes", "MEANS", "--size"));
        command.addAll(List.of("12", "--batch", "4", "--shard", "2", "--clean", "0", "--steps", "2", "--threads", "1"));
        command.addAll(List.of(
                "--work", folder.resolve("work-streamed").toString(), "--out", tuned.toString(), "--held-out-every"));

        out.getBuffer().setLength(0);
        run(with(command, "0", "--estimate", "--json"));
        JsonNode cost = new ObjectMapper().readTree(out.toString());
        assertThat(cost.path("steps").asInt()).isEqualTo(2);
        assertThat(cost.path("rows").asInt()).isEqualTo(4);
        assertThat(cost.path("hours").asDouble())
                .isEqualTo(2 * cost.path("secondsPerStep").asDouble() / 3600)
                .isPositive();
        assertThat(tuned).doesNotExist();

        run(with(command, "0"));
        assertThat(ModelPackage.open(tuned.toString()).manifest().provenance().get("pictures"))
                .startsWith(PICTURES + ", set ");
        assertThat(folder.resolve("work-streamed/pictures")).doesNotExist();

        CommandLine commands = BulwarkCommand.commandLine().setErr(new PrintWriter(err, true));
        assertThat(commands.execute(with(command, "5"))).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--stream needs --held-out-every 0");
    }

    private static String[] with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void withoutTextsThePrototypesAreThoseOfTheParent() throws IOException {
        String images = folder.resolve("pictures").toString();
        String fresh = folder.resolve("other").toString();
        run("model", "new", "--config", folder.resolve("small.json").toString(), fresh);

        run(train(images, fresh, folder.resolve("by-means").toString()));
        int code = execute(train(images, fresh, folder.resolve("by-texts").toString(), "--prototypes", "TEXTS"));

        assertThat(ModelPackage.open(folder.resolve("by-means").toString())
                        .manifest()
                        .provenance()
                        .get("goal"))
                .contains("class means of the parent");
        assertThat(code).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("no text encoder").doesNotContain("\tat ");
    }

    @Test
    void picturesThatHaveALabelAreNotMixed() {
        Path out = folder.resolve("mixed");
        String images = folder.resolve("pictures").toString();

        assertThat(execute(train(images, "no model is opened", out.toString(), "--mixup", "0.3")))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(err.toString())
                .contains("--mixup 0.3: a mixed picture has no single label")
                .contains("train fare");
        assertThat(out).doesNotExist();
    }

    private static String[] train(String images, String model, String out, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "tecoa",
                "--data",
                images,
                "--held-out-every",
                "0",
                "--model",
                model,
                "--out",
                out,
                "--work",
                out + "-work",
                "--epsilon",
                "0.05",
                "--side",
                "12",
                "--crops",
                "0",
                "--size",
                "12",
                "--batch",
                "32",
                "--shard",
                "16",
                "--clean",
                "4",
                "--no-mirror",
                "--padding",
                "1",
                "--rate",
                "5e-3",
                "--warm-up",
                "2",
                "--steps",
                "60",
                "--store",
                "F32"));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private void run(String... arguments) {
        assertThat(execute(arguments)).as(err.toString()).isEqualTo(ExitCodes.OK);
    }

    private int execute(String... arguments) {
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
