package io.bulwark.lab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCommandsTest {

    @TempDir
    Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @Test
    void a_model_is_described_with_its_fingerprints() throws IOException {
        assertThat(run("model", "inspect", "classpath:io/bulwark/models/nsfwjs-mobilenet-v2", "--json"))
                .isEqualTo(ExitCodes.OK);

        JsonNode facts = json();
        assertThat(facts.path("family").asText()).isEqualTo("mobilenet-v2");
        assertThat(facts.path("input").asText()).isEqualTo("224x224");
        assertThat(facts.path("dimension").asInt()).isEqualTo(1280);
        assertThat(facts.path("parameters").asLong()).isBetween(2_000_000L, 4_000_000L);
        assertThat(facts.path("fingerprint.fp32").asText())
                .matches("[0-9a-f]{64}")
                .isNotEqualTo(facts.path("fingerprint.bf16").asText());
    }

    @Test
    void a_folder_that_is_no_model_is_named_without_a_stack_trace() {
        assertThat(run("model", "inspect", folder.toString())).isEqualTo(ExitCodes.FAILED);

        assertThat(commands.err())
                .contains(folder.toString())
                .contains("model.json")
                .doesNotContain("\tat ");
    }

    @Test
    void weights_are_averaged_by_shares_and_models_of_another_shape_are_refused_by_name() throws IOException {
        String clean = "classpath:io/bulwark/models/efficientnet-lite0";
        String robust = "classpath:io/bulwark/models/r-lite0-f";
        Path out = folder.resolve("averaged");
        assertThat(run("model", "average", clean, robust, "--shares", "1,3", "--out", out.toString()))
                .isEqualTo(ExitCodes.OK);

        float[] first = weights(clean);
        float[] other = weights(robust);
        float[] averaged = weights(out.toString());
        for (int i = 0; i < averaged.length; i++) {
            assertThat(averaged[i]).isCloseTo(0.25f * first[i] + 0.75f * other[i], within(1e-5f));
        }
        commands.clearOut();
        assertThat(run("model", "inspect", out.toString(), "--json")).isEqualTo(ExitCodes.OK);
        assertThat(json().path("provenance.average").asText()).startsWith("0.250 of ");

        String head = "classpath:io/bulwark/models/nsfwjs-mobilenet-v2";
        assertThat(run("model", "average", robust, head, "--out", out.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("'" + head + "' is no model of the family");
        assertThat(run("model", "average", robust, clean, "--shares", "1", "--out", out.toString()))
                .isEqualTo(ExitCodes.USAGE);
    }

    private static float[] weights(String location) {
        try (TrainableEncoder encoder = ModelPackage.open(location).openTrainable(EncoderOptions.defaults())) {
            return encoder.weights();
        }
    }

    @Test
    void a_picture_is_like_itself_and_less_like_another() throws IOException {
        String red = picture("red.png", 0xC02010);
        String blue = picture("blue.png", 0x1030C0);

        assertThat(run("similarity", red, red, "--json")).isEqualTo(ExitCodes.OK);
        double same = json().path("similarity").asDouble();
        commands.clearOut();
        assertThat(run("similarity", red, blue, "--json")).isEqualTo(ExitCodes.OK);

        assertThat(same).isCloseTo(1, within(1e-6));
        assertThat(json().path("similarity").asDouble()).isLessThan(0.99);
    }

    @Test
    void embeddings_are_written_in_the_order_of_the_files_with_the_models_fingerprint() throws IOException {
        String red = picture("red.png", 0xC02010);
        String blue = picture("blue.png", 0x1030C0);
        Path file = folder.resolve("out.safetensors");

        assertThat(run("embed", red, blue, "--out", file.toString())).isEqualTo(ExitCodes.OK);

        try (SafetensorsFile written = SafetensorsFile.open(file)) {
            assertThat(written.tensor("embeddings").shape()).isEqualTo(List.of(2L, 1280L));
            assertThat(written.metadata().get("files")).isEqualTo(red + "\n" + blue);
            assertThat(written.metadata().get("fingerprint")).matches("[0-9a-f]{64}");
        }
    }

    /** In three batches, on as many encoders as there are cores. */
    @Test
    void each_file_keeps_its_place_whichever_encoder_embeds_it() throws IOException {
        String[] command = new String[20];
        command[0] = "embed";
        for (int i = 1; i < command.length - 2; i++) {
            command[i] = picture(i + ".png", 0x0E0705 * i);
        }
        command[18] = "--out";
        command[19] = folder.resolve("all.safetensors").toString();
        assertThat(run(command)).isEqualTo(ExitCodes.OK);

        try (SafetensorsFile written = SafetensorsFile.open(folder.resolve("all.safetensors"))) {
            float[] rows = written.floats("embeddings");
            int dimension = rows.length / 17;
            for (int i : new int[] {1, 9, 17}) {
                commands.clearOut();
                assertThat(run("embed", command[i], "--json")).isEqualTo(ExitCodes.OK);
                JsonNode alone = json().path("embedding");
                for (int d = 0; d < dimension; d++) {
                    assertThat(rows[(i - 1) * dimension + d])
                            .isCloseTo((float) alone.get(d).asDouble(), within(1e-5f));
                }
            }
        }
    }

    @Test
    void embeddings_are_printed_where_no_file_is_named() throws IOException {
        assertThat(run("embed", picture("red.png", 0xC02010), "--json")).isEqualTo(ExitCodes.OK);

        double squares = 0;
        for (JsonNode value : json().path("embedding")) {
            squares += value.asDouble() * value.asDouble();
        }
        assertThat(squares).isCloseTo(1, within(1e-4));
    }

    @Test
    void a_file_that_is_no_picture_is_refused_by_name() throws IOException {
        Path file = Files.writeString(folder.resolve("note.png"), "this is a note");

        assertThat(run("embed", file.toString())).isEqualTo(ExitCodes.FAILED);

        assertThat(commands.err()).contains("note.png").contains("NOT_AN_IMAGE");
    }

    @Test
    void a_precision_that_nobody_knows_is_a_mistake_on_the_command_line() throws IOException {
        assertThat(run("embed", picture("red.png", 0xC02010), "--precision", "fp7"))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("'fp7'").contains("fp32, bf16, fp16, auto");
    }

    @Test
    void a_program_that_somebody_exported_is_inspected_by_calling_it_and_embeds() throws IOException {
        String model = exported("\"dimension\" : 6");

        assertThat(run("model", "inspect", model, "--json")).isEqualTo(ExitCodes.OK);
        JsonNode facts = json();
        assertThat(facts.path("family").asText()).isEqualTo("torchscript");
        assertThat(facts.path("dimension").asInt()).isEqualTo(6);
        assertThat(facts.path("program").asText()).contains("answers what model.json says");
        assertThat(facts.has("fingerprint.bf16")).isFalse();

        commands.clearOut();
        assertThat(run("embed", picture("red.png", 0xC02010), "--model", model, "--json"))
                .isEqualTo(ExitCodes.OK);
        assertThat(json().path("embedding")).hasSize(6);
    }

    @Test
    void a_program_that_answers_otherwise_than_it_says_is_explained_without_a_stack_trace() throws IOException {
        String model = exported("\"dimension\" : 7");

        assertThat(run("model", "inspect", model)).isEqualTo(ExitCodes.FAILED);
        assertThat(run("embed", picture("red.png", 0xC02010), "--model", model)).isEqualTo(ExitCodes.FAILED);

        assertThat(commands.err())
                .contains("model.pt answers embeddings (1, 6)", "model.json says (1, 7)")
                .doesNotContain("\tat ");
    }

    private String exported(String dimension) throws IOException {
        Path files = Path.of("../perception/src/test/resources/exported");
        Path model = Files.createDirectories(folder.resolve("exported"));
        Files.copy(files.resolve("traced.pt"), model.resolve("model.pt"));
        Files.writeString(
                model.resolve("model.json"),
                Files.readString(files.resolve("model.json")).replace("\"dimension\" : 6", dimension));
        return model.toString();
    }

    private String picture(String name, int colour) throws IOException {
        BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 64; x++) {
            for (int y = 0; y < 48; y++) {
                image.setRGB(x, y, (x / 8 + y / 8) % 2 == 0 ? colour : 0xFFFFFF);
            }
        }
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file.toString();
    }

    private JsonNode json() throws IOException {
        return commands.json();
    }

    private int run(String... arguments) {
        return commands.run(arguments);
    }
}
