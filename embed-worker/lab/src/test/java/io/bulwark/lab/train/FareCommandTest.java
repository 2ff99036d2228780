package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.encoder.EncoderOptions.Precision;
import io.bulwark.perception.model.ModelPackage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two steps on small noise: what the command writes, not what is learnt. */
class FareCommandTest {

    private static final int PICTURES = 8;

    @TempDir
    static Path pictures;

    @TempDir
    Path folder;

    private final CommandRuns runs = new CommandRuns();

    @BeforeAll
    static void draw() throws IOException {
        Random random = new Random(4);
        for (int number = 0; number < PICTURES; number++) {
            BufferedImage image = new BufferedImage(48, 40, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < 48 * 40; i++) {
                image.setRGB(i % 48, i / 48, random.nextInt(1 << 24));
            }
            ImageIO.write(image, "png", pictures.resolve(number + ".png").toFile());
        }
    }

    @Test
    void aTrainingReportsItsStepsAndEndsInAPackageThatKnowsWhereItComesFrom() throws IOException {
        assertThat(fare("--input", "64", "--name", "small", "--json"))
                .as(runs.err().toString())
                .isEqualTo(ExitCodes.OK);

        List<JsonNode> lines = runs.lines();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).path("step").asInt()).isEqualTo(1);
        assertThat(lines.get(1).path("step").asInt()).isEqualTo(2);
        assertThat(lines.get(1).path("loss").asDouble()).isFinite().isPositive();
        assertThat(lines.get(1).path("cleanCosine").asDouble()).isBetween(0.0, 1.0001);
        assertThat(lines.get(0).path("coreHours").asDouble()).isPositive();
        assertThat(lines.get(1).path("coreHours").asDouble())
                .as("CPU of all steps, not of the last")
                .isGreaterThan(lines.get(0).path("coreHours").asDouble());
        ModelPackage made = ModelPackage.open(folder.resolve("tuned").toString());
        assertThat(lines.get(2).path("fingerprint").asText())
                .isEqualTo(made.describe(Precision.FP32).fingerprint());
        assertThat(lines.get(2).path("steps").asInt()).isEqualTo(2);
        assertThat(made.manifest().name()).isEqualTo("small");
        assertThat(made.manifest().preprocess().height()).isEqualTo(64);
        Map<String, String> provenance = made.manifest().provenance();
        assertThat(provenance.get("parent"))
                .isEqualTo(ModelPackage.open(ModelPackage.CLASSIFIER)
                        .describe(Precision.FP32)
                        .fingerprint());
        assertThat(provenance).containsEntry("threat", "linf 4/255").containsEntry("steps taken", "2");
    }

    @Test
    void aCheckpointIsExportedAndGoneOnFrom() throws IOException {
        assertThat(fare()).as(runs.err().toString()).isEqualTo(ExitCodes.OK);
        String trained = fingerprint("tuned");

        assertThat(run("train", "export", path("work"), path("exported"), "--model", ModelPackage.CLASSIFIER))
                .as(runs.err().toString())
                .isEqualTo(ExitCodes.OK);
        assertThat(fingerprint("exported")).isEqualTo(trained);

        runs.out().getBuffer().setLength(0);
        assertThat(fare("--json")).as(runs.err().toString()).isEqualTo(ExitCodes.OK);
        assertThat(runs.lines()).as("no step is taken twice").hasSize(1);
        assertThat(fingerprint("tuned")).isEqualTo(trained);
    }

    @Test
    void heldOutAndExcludedPicturesAreNotLearntFrom() throws IOException {
        Path excluded = Files.writeString(folder.resolve("excluded.txt"), "0.png\n1.png\n");

        assertThat(fare("--exclude", excluded.toString()))
                .as(runs.err().toString())
                .isEqualTo(ExitCodes.OK);

        assertThat(runs.err().toString()).contains(PICTURES - 2 + " pictures of 40 px");
    }

    @Test
    void aShareOfEverydayVersionsIsReportedAndNamedInThePackage() throws IOException {
        assertThat(fare("--everyday", "0.5", "--json"))
                .as(runs.err().toString())
                .isEqualTo(ExitCodes.OK);

        assertThat(runs.lines().get(0).required("everydayCosine").asDouble())
                .isGreaterThan(0)
                .isLessThanOrEqualTo(1);
        assertThat(ModelPackage.open(path("tuned")).manifest().provenance().get("everyday"))
                .startsWith("1 of each shard")
                .contains("border");
    }

    @Test
    void mixupIsNamedInThePackage() {
        assertThat(fare("--mixup", "0.3")).as(runs.err().toString()).isEqualTo(ExitCodes.OK);

        assertThat(ModelPackage.open(path("tuned")).manifest().provenance().get("mixup"))
                .contains("Beta(0.3, 0.3)");
    }

    @Test
    void freeGradientsAreNamedInThePackage() {
        assertThat(fare("--replays", "2")).as(runs.err().toString()).isEqualTo(ExitCodes.OK);

        assertThat(ModelPackage.open(path("tuned")).manifest().provenance())
                .containsEntry(
                        "inner attack", "none; free gradients, each batch 2 steps in a row, from a random start");
    }

    @Test
    void withoutACheckpointThereIsNothingToExport() {
        assertThat(run("train", "export", path("nowhere"), path("exported"))).isEqualTo(ExitCodes.FAILED);

        assertThat(runs.err().toString())
                .contains("nowhere")
                .contains("exported")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("exported")).doesNotExist();
    }

    @Test
    void whatCannotBeIsNamed() {
        assertThat(fare("--held-out-every", "1")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("--held-out-every").contains("0 (none)");
        assertThat(fare("--epsilon", "much")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("'much'").contains("4/255");
        assertThat(fare("--everyday", "1.5")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("--everyday is 1.5").contains("from 0 to 1");
        assertThat(fare("--everyday", "0.1")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("--everyday 0.1 of --shard 2 is no picture");
        assertThat(fare("--mixup", "-0.3")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("mixup is -0.3, allowed are 0");
        assertThat(fare("--replays", "0")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("learnt 0 times in a row, allowed are 1 and more");
        for (String option : List.of("--inner-steps", "--inner-stride", "--momentum")) {
            assertThat(fare("--replays", "2", option, "1")).isEqualTo(ExitCodes.USAGE);
            assertThat(runs.err().toString()).contains("--replays 2 leaves no inner attack for " + option);
        }
        assertThat(fare("--shard", "3")).isEqualTo(ExitCodes.USAGE);
        assertThat(runs.err().toString()).contains("3").doesNotContain("\tat ");
    }

    @Test
    void aFolderWithoutPicturesIsNamed() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));

        assertThat(run(
                        "train",
                        "fare",
                        "--data",
                        empty.toString(),
                        "--steps",
                        "1",
                        "--work",
                        path("w"),
                        "--out",
                        path("o")))
                .isEqualTo(ExitCodes.FAILED);

        assertThat(runs.err().toString()).contains("empty").contains("no picture");
    }

    private int fare(String... given) {
        return runs.run(
                List.of("train", "fare", "--data", pictures.toString(), "--work", path("work"), "--out", path("tuned")),
                List.of(
                        List.of("--model", ModelPackage.CLASSIFIER),
                        List.of("--steps", "2"),
                        List.of("--size", "32"),
                        List.of("--side", "40"),
                        List.of("--crops", "0"),
                        List.of("--held-out-every", "0"),
                        List.of("--batch", "4"),
                        List.of("--shard", "2"),
                        List.of("--clean", "1"),
                        List.of("--warm-up", "1"),
                        List.of("--threads", "1"),
                        List.of("--report-every", "1")),
                given);
    }

    private int run(String... arguments) {
        return runs.run(List.of(arguments));
    }

    private String fingerprint(String name) {
        return ModelPackage.open(path(name)).describe(Precision.FP32).fingerprint();
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }
}
