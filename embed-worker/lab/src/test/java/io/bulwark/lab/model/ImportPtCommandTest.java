package io.bulwark.lab.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the page on checkpoints, on small files that PyTorch wrote with random weights. */
class ImportPtCommandTest {

    private static final Path PUBLISHED = Path.of("../perception/src/test/resources/golden/published");
    private static final String TOWER = PUBLISHED.resolve("vit-fare-eps4.pt").toString();
    private static final String CONFIG =
            PUBLISHED.resolve("open_clip_config.json").toString();
    private static final String HEAD = PUBLISHED.resolve("mlp-vit-fare-eps4.pt").toString();
    private static final String ADAPTER = PUBLISHED.resolve("lora-vit-fare").toString();

    @TempDir
    Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    private int run(String... arguments) {
        return commands.run(arguments);
    }

    private String imported(String name, String... more) {
        String to = folder.resolve(name).toString();
        String[] all = new String[6 + more.length];
        System.arraycopy(new String[] {"model", "import-pt", TOWER, "--config", CONFIG, to}, 0, all, 0, 6);
        System.arraycopy(more, 0, all, 6, more.length);
        assertThat(run(all)).as(commands.err()).isEqualTo(ExitCodes.OK);
        return to;
    }

    private Path picture(int number) throws IOException {
        BufferedImage image = new BufferedImage(60, 40, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 40; y++) {
            for (int x = 0; x < 60; x++) {
                image.setRGB(x, y, 0xffffff & (x * 0x40301 * number + y * 0x10204));
            }
        }
        Path file = folder.resolve(number + ".png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private JsonNode similarity(String model) throws IOException {
        commands.clearOut();
        assertThat(run("similarity", picture(1).toString(), picture(3).toString(), "--model", model, "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        return commands.json();
    }

    @Test
    void towerHeadAndAdaptersBecomePackagesThatCompareEachInItsWay() throws IOException {
        JsonNode tower = similarity(imported("tower"));
        JsonNode head = similarity(imported("head", "--head", HEAD));
        JsonNode adapter = similarity(imported("adapter", "--adapter", ADAPTER));

        assertThat(tower.path("similarity").asDouble()).isBetween(-1.0, 1.0);
        assertThat(head.path("similarity").asDouble())
                .isNotEqualTo(tower.path("similarity").asDouble());
        assertThat(adapter.path("similarity").asDouble())
                .isNotEqualTo(tower.path("similarity").asDouble());
        assertThat(head.path("fingerprint")).isNotEqualTo(adapter.path("fingerprint"));
        assertThat(Files.readString(folder.resolve("head/model.json"))).contains("mlp-vit-fare-eps4.pt", "SQUASH");
    }

    @Test
    void whatIsNoCheckpointFailsWithItsNameAndWithoutATrace() throws IOException {
        Path text = Files.writeString(folder.resolve("text.pt"), "no checkpoint");

        assertThat(run(
                        "model",
                        "import-pt",
                        text.toString(),
                        "--config",
                        CONFIG,
                        folder.resolve("none").toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(run(
                        "model",
                        "import-pt",
                        TOWER,
                        "--config",
                        CONFIG,
                        folder.resolve("none").toString(),
                        "--head",
                        TOWER))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(run(
                        "model",
                        "import-pt",
                        TOWER,
                        "--config",
                        "nowhere.json",
                        folder.resolve("none").toString()))
                .isEqualTo(ExitCodes.FAILED);

        assertThat(commands.err())
                .contains("text.pt: is no file of torch.save")
                .contains("holds no MLP")
                .contains("nowhere.json")
                .doesNotContain("\tat ");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    @Test
    void aTowerWithoutItsConfigurationIsNoEfficientNetAndTheMessageAsksForIt() {
        assertThat(run("model", "import-pt", TOWER, folder.resolve("none").toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(run("model", "import-pt", TOWER, folder.resolve("none").toString(), "--squash"))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("efficientnet-lite0 with BatchNorm", "--config open_clip_config.json");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    private Path vocabulary() throws IOException {
        return Files.writeString(
                folder.resolve("vocabulary.json"),
                "{\"model\": {\"end_of_word_suffix\": \"</w>\", \"vocab\": {\"a</w>\": 1, \"c\": 2, \"a\": 3, \"t</w>\": 4,"
                        + " \"<|startoftext|>\": 254, \"<|endoftext|>\": 255}, \"merges\": []}}");
    }

    @Test
    void aTextIsDrawnFromAPublishedTowerWithTheTextsOfTheOriginal() throws IOException {
        Path imported = ImportedTower.write(folder);

        assertThat(run(
                        "invert",
                        "text",
                        "a cat",
                        "--vocabulary",
                        vocabulary().toString(),
                        "--steps",
                        "4",
                        "--threads",
                        "1",
                        "--out",
                        folder.resolve("cat").toString(),
                        "--model",
                        imported.toString()))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        assertThat(folder.resolve("cat/picture.png")).exists();
    }

    @Test
    void aTextTowerComesAlongAndATextIsDrawnFromTheImportedPackage() throws IOException {
        Path both = Path.of("../perception/src/test/resources/golden/vit_a");
        String weights = both.resolve("open_clip_model.safetensors").toString();
        String config = both.resolve("open_clip_config.json").toString();
        String whole = folder.resolve("both").toString();
        Path vocabulary = vocabulary();
        assertThat(run("model", "import-pt", weights, "--config", config, whole))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);
        assertThat(run(
                        "model",
                        "import-pt",
                        weights,
                        "--config",
                        config,
                        folder.resolve("alone").toString(),
                        "--text",
                        "none"))
                .isEqualTo(ExitCodes.OK);

        String[] text = {
            "invert",
            "text",
            "a cat",
            "--vocabulary",
            vocabulary.toString(),
            "--steps",
            "4",
            "--threads",
            "1",
            "--out",
            folder.resolve("cat").toString(),
            "--model",
            whole
        };
        assertThat(run(text)).as(commands.err()).isEqualTo(ExitCodes.OK);
        assertThat(folder.resolve("cat/picture.png")).exists();
        text[text.length - 1] = folder.resolve("alone").toString();
        assertThat(run(text)).isEqualTo(ExitCodes.USAGE);

        assertThat(run("model", "import-pt", TOWER, "--config", CONFIG, "out", "--text", TOWER))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(run("model", "import-pt", TOWER, "out", "--text", TOWER)).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("holds no text tower", "'--text none' leaves it");
        assertThat(Path.of("out")).doesNotExist();
    }

    @Test
    void aHeadAndAdaptersTogetherAreAWrongCommandLine() {
        assertThat(run("model", "import-pt", TOWER, "--config", CONFIG, "out", "--head", HEAD, "--adapter", ADAPTER))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(run("model", "import-pt", TOWER, "--config", CONFIG, "out", "--input", "0"))
                .isEqualTo(ExitCodes.USAGE);
    }
}
