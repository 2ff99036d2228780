package io.bulwark.lab.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.imaging.preprocess.PreprocessBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCostCommandTest {

    @TempDir
    Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @Test
    void each_detector_is_measured_beside_the_same_path_without_any() throws IOException {
        for (int i = 0; i < 3; i++) {
            Files.write(folder.resolve(i + ".jpg"), PreprocessBenchmark.syntheticJpeg(400, 300, i));
        }
        int code = run(
                folder.toString(),
                "--json",
                "--entries",
                "50",
                "--references",
                "50",
                "--together",
                "2",
                "--rounds",
                "2",
                "--warm-up",
                "0");

        assertThat(code).as(commands.err()).isEqualTo(ExitCodes.OK);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : commands.out().split("\n")) {
            lines.add(new ObjectMapper().readTree(line));
        }
        assertThat(lines)
                .extracting(line -> line.path("detectors").asText())
                .containsExactly("none", "index", "scaling", "all");
        assertThat(lines.get(0).path("ratio").asDouble()).isEqualTo(1);
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.path("millis").asDouble()).isPositive();
            assertThat(line.path("ratio").asDouble())
                    .isBetween(line.path("low").asDouble(), line.path("high").asDouble());
        });
    }

    @Test
    void entries_can_be_those_of_pictures() throws IOException {
        Files.write(folder.resolve("upload.jpg"), PreprocessBenchmark.syntheticJpeg(400, 300, 1));
        Path cards = Files.createDirectories(folder.resolve("flagged/cards"));
        for (int i = 2; i < 5; i++) {
            Files.write(cards.resolve(i + ".jpg"), PreprocessBenchmark.syntheticJpeg(300, 300, i));
        }
        int code = run(
                folder.resolve("upload.jpg").toString(),
                "--flagged=" + folder.resolve("flagged"),
                "--entries=2",
                "--references=50",
                "--rounds=1",
                "--warm-up=0");

        assertThat(code).as(commands.err()).isEqualTo(ExitCodes.OK);
        assertThat(commands.err()).contains("1 pictures, of which 1 are SAFE: the index of 2 entries is searched");
    }

    @Test
    void no_rounds_measure_nothing() {
        assertThat(run(folder.toString(), "--rounds", "0")).isEqualTo(ExitCodes.USAGE);
        assertThat(commands.err()).contains("--rounds");
    }

    private int run(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "audit";
        all[1] = "cost";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return commands.run(all);
    }
}
