package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.lab.BulwarkCommand;
import io.bulwark.lab.terminal.ExitCodes;
import io.bulwark.perception.model.MetricHeadFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A head is taught, and compared behind, by the commands that the README names. */
class HeadCommandTest {

    @TempDir
    static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void modelAndPictures() throws IOException {
        Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < 16; i++) {
            Random random = new Random(i);
            BufferedImage image = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
            int ground = random.nextInt(0x1000000);
            int spot = random.nextInt(0x1000000);
            int size = 4 + random.nextInt(12);
            for (int y = 0; y < 24; y++) {
                for (int x = 0; x < 24; x++) {
                    image.setRGB(x, y, x < size && y < size ? spot : ground);
                }
            }
            ImageIO.write(image, "png", picture(i).toFile());
        }
        Path config = Files.writeString(
                folder.resolve("small.json"),
                "{\"model_cfg\": {\"embed_dim\": 12, \"vision_cfg\": {\"image_size\": 16, \"patch_size\": 4, \"layers\": 1,"
                        + " \"width\": 16, \"head_width\": 8}, \"text_cfg\": {}}}");
        assertThat(BulwarkCommand.commandLine()
                        .execute("model", "new", "--config", config.toString(), "--seed", "2", model()))
                .isEqualTo(ExitCodes.OK);
    }

    private static Path picture(int number) {
        return folder.resolve("pictures/" + number + ".png");
    }

    private static String model() {
        return folder.resolve("model").toString();
    }

    private int teach(Path file) {
        return run(
                "train",
                "head",
                "--model",
                model(),
                "--pictures",
                folder.resolve("pictures").toString(),
                "--hidden",
                "32",
                "--steps",
                "200",
                "--batch",
                "16",
                "--rate",
                "3e-3",
                "--out",
                file.toString());
    }

    @Test
    void aHeadLearnsTripletsAndBothCommandsCompareBehindIt() throws IOException {
        assertThat(teach(Path.of(model()).resolve(MetricHeadFile.NAME)))
                .as(err.toString())
                .isEqualTo(ExitCodes.OK);

        JsonNode plain = choose("plain");
        JsonNode headed = choose("headed", "--head");

        assertThat(headed.path("model").asText()).isEqualTo("model+head");
        assertThat(headed.path("fingerprint").asText())
                .isNotEqualTo(plain.path("fingerprint").asText());
        assertThat(agreement(headed, 0)).isGreaterThan(0.8);
        assertThat(agreement(headed, 1)).isLessThanOrEqualTo(agreement(headed, 0));
        assertThat(similarity()).isNotEqualTo(similarity("--head"));
    }

    private static double agreement(JsonNode report, int row) {
        return report.path("rows").path(row).path("agreement").path("value").asDouble();
    }

    private JsonNode choose(String results, String... more) throws IOException {
        Path to = folder.resolve(results);
        assertThat(run(
                        more,
                        "evaluate",
                        "2afc",
                        "--model",
                        model(),
                        "--pictures",
                        folder.resolve("pictures").toString(),
                        "--seed",
                        "0",
                        "--threats",
                        "linf:8/255",
                        "--iterations",
                        "2",
                        "--restarts",
                        "1",
                        "--batch",
                        "8",
                        "--out",
                        to.toString()))
                .as(err.toString())
                .isEqualTo(ExitCodes.OK);
        return new ObjectMapper().readTree(to.resolve("2afc.json").toFile());
    }

    private String similarity(String... more) {
        out.getBuffer().setLength(0);
        assertThat(run(more, "similarity", picture(1).toString(), picture(2).toString(), "--model", model()))
                .as(err.toString())
                .isEqualTo(ExitCodes.OK);
        return out.toString();
    }

    @Test
    void aHeadThatIsNotThereOrOfAnotherEncoderIsNamed() {
        Path elsewhere = folder.resolve("elsewhere.safetensors");
        assertThat(teach(elsewhere)).isEqualTo(ExitCodes.OK);
        String one = picture(1).toString();

        assertThat(run("similarity", one, one, "--head", elsewhere.toString())).isEqualTo(ExitCodes.FAILED);
        assertThat(run("similarity", one, one, "--head")).isEqualTo(ExitCodes.USAGE);

        assertThat(err.toString())
                .contains("was trained behind an encoder of fingerprint")
                .contains("bulwark train head")
                .doesNotContain("\tat ");
    }

    private int run(String[] more, String... arguments) {
        String[] all = new String[arguments.length + more.length];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return run(all);
    }

    private int run(String... arguments) {
        CommandLine commands = BulwarkCommand.commandLine();
        commands.setOut(new PrintWriter(out, true));
        commands.setErr(new PrintWriter(err, true));
        return commands.execute(arguments);
    }
}
