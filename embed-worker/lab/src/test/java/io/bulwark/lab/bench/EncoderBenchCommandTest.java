package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.lab.bench.EncoderBenchCommand.RandomCheckpoint;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderBenchCommandTest {

    @TempDir
    Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @Test
    void each_batch_has_its_rate_beside_the_products_of_the_same_run() throws IOException {
        RandomCheckpoint small = new RandomCheckpoint(
                "open-clip-vit",
                "small",
                "{'model_cfg': {'embed_dim': 32, 'vision_cfg': {'image_size': 32, 'layers': 2, 'width': 64,"
                        + " 'patch_size': 8}, 'text_cfg': {}}}");
        small.write(folder);

        int code = run("--weights", folder.toString(), "--precision", "fp32", "--batch", "1,8", "--seconds", "0.05");

        assertThat(code).isEqualTo(ExitCodes.OK);
        List<JsonNode> lines = lines();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).path("batch").asInt()).isEqualTo(1);
        assertThat(lines.get(1).path("batch").asInt()).isEqualTo(8);
        assertThat(lines.get(1).path("imagesPerSecond").asDouble()).isPositive();
        ModelPackage model = ModelPackage.open(folder.toString());
        double rate = lines.get(1).path("imagesPerSecond").asDouble();
        double peak = Math.max(
                lines.get(2).path("gemmFlopsBefore").asDouble(),
                lines.get(2).path("gemmFlopsAfter").asDouble());
        assertThat(lines.get(1).path("shareOfBound").asDouble())
                .isCloseTo(rate * 2 * model.multiplications() / peak, within(1e-9));
        assertThat(lines.get(1).path("shareOfFp32Peak").asDouble())
                .isCloseTo(rate * 2 * model.multiplications(EncoderOptions.defaults()) / peak, within(1e-9));
        assertThat(lines.get(1).path("computedOfModel").asDouble()).isBetween(0.5, 0.99);
    }

    @Test
    void a_mobilenet_is_compared_with_the_plain_module_at_each_batch_and_at_the_best_of_both() throws IOException {
        int code = run(
                "--weights",
                ModelPackage.CLASSIFIER,
                "--precision",
                "fp32",
                "--batch",
                "1,2",
                "--seconds",
                "0.01",
                "--threads",
                "1");

        assertThat(code).isEqualTo(ExitCodes.OK);
        List<JsonNode> lines = lines();
        assertThat(lines).hasSize(9);
        double[] ours = rates(lines.subList(0, 2));
        double[] plain = rates(lines.subList(2, 4));
        assertThat(lines.get(2).path("model").asText()).isEqualTo("plain");
        for (int i = 0; i < 2; i++) {
            assertThat(lines.get(4 + i).path("batch").asInt()).isEqualTo(i + 1);
            assertThat(lines.get(4 + i).path("timesPlain").asDouble()).isCloseTo(ours[i] / plain[i], within(1e-9));
        }
        assertThat(lines.get(6).path("timesPlainAtBest").asDouble())
                .isCloseTo(Math.max(ours[0], ours[1]) / Math.max(plain[0], plain[1]), within(1e-9));
        double share = lines.get(0).path("shareOfFp32Peak").asDouble();
        assertThat(share).isPositive();
        assertThat(lines.get(7).path("fp32PeakTimesPlain").asDouble())
                .isCloseTo(ours[0] / share / Math.max(plain[0], plain[1]), within(1e-9));
    }

    @Test
    void packagesByTurnsCostAsMuchAsTheFirstAndAPairTheSumOfBoth() throws IOException {
        int code = run(
                "--weights",
                ModelPackage.DEFAULT,
                "--against",
                ModelPackage.DEFAULT + "," + ModelPackage.DEFAULT + "+" + ModelPackage.CLEAN_PARENT,
                "--precision",
                "fp32",
                "--batch",
                "4",
                "--seconds",
                "0.5",
                "--threads",
                "1");

        assertThat(code).as(commands.err()).isEqualTo(ExitCodes.OK);
        List<JsonNode> lines = lines();
        assertThat(lines)
                .extracting(line -> line.path("model").asText())
                .containsExactly("r-lite0-f", "r-lite0-f", "r-lite0-f + efficientnet-lite0");
        assertThat(lines.get(0).path("timesFirst").asDouble()).isEqualTo(1);
        assertThat(lines.get(1).path("timesFirst").asDouble()).isBetween(0.6, 1.6);
        assertThat(lines.get(2).path("timesFirst").asDouble()).isBetween(1.4, 2.8);
    }

    @Test
    void packagesByTurnsNeedOneToCompareWith() {
        assertThat(run("--against", ModelPackage.DEFAULT)).isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("--weights");
    }

    private static double[] rates(List<JsonNode> lines) {
        return lines.stream()
                .mapToDouble(line -> line.path("imagesPerSecond").asDouble())
                .toArray();
    }

    @Test
    void an_architecture_that_nobody_knows_is_named_beside_the_known() {
        assertThat(run("--family", "open-clip-vit", "--config", "ViT-Z-9")).isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("ViT-Z-9").contains("open-clip-vit/ViT-B-32");
    }

    @Test
    void a_batch_size_that_encoders_do_not_run_is_a_mistake() {
        assertThat(run("--batch", "7")).isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("[7]").contains("[1, 2, 4, 8, 16, 32]");
    }

    private List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : commands.out().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("bench", "encoder", "--json"));
        all.addAll(List.of(arguments));
        return commands.run(all.toArray(String[]::new));
    }
}
