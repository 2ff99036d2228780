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

class AuditScalingCommandTest {

    @TempDir
    Path folder;

    private final CapturedCommands commands = new CapturedCommands();

    @Test
    void the_threshold_is_of_one_half_of_the_files_and_attacks_are_found_in_the_other() throws IOException {
        for (int i = 0; i < 24; i++) {
            Files.write(folder.resolve(i + ".jpg"), PreprocessBenchmark.syntheticJpeg(200 + 8 * i, 180, i));
        }
        Path names = folder.resolve("names.txt");
        int code = run(
                folder.toString(),
                "--json",
                "--input",
                "32",
                "--hidden-sizes",
                "32,48",
                "--budget",
                "0.4",
                "--edited",
                "2",
                "--own",
                "1",
                "--cost-rounds",
                "1",
                "--names",
                names.toString());

        assertThat(code).as(commands.err()).isEqualTo(ExitCodes.OK);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : commands.out().split("\n")) {
            lines.add(new ObjectMapper().readTree(line));
        }
        assertThat(lines.get(0).path("threshold").asDouble()).isLessThan(0.3);
        JsonNode attacks = lines.stream()
                .filter(line -> line.path("what").asText().equals("all kernels"))
                .findFirst()
                .orElseThrow();
        assertThat(attacks.path("share").asDouble()).isGreaterThan(0.3);
        assertThat(lines).anyMatch(line -> line.path("group").asText().equals("benign"));
        assertThat(lines).anyMatch(line -> line.path("own").asInt() == 255);
        assertThat(lines).anyMatch(line -> line.path("size").asText().equals("1920x1080"));
        assertThat(Files.readAllLines(names)).hasSize(24).allMatch(line -> line.matches("(calibrate|test) .*"));
    }

    @Test
    void too_few_pictures_promise_nothing() throws IOException {
        Files.write(folder.resolve("one.jpg"), PreprocessBenchmark.syntheticJpeg(300, 280, 1));

        assertThat(run(folder.toString())).isEqualTo(ExitCodes.FAILED);
        assertThat(commands.err()).contains("at least 299 are needed");
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("audit", "scaling"));
        all.addAll(List.of(arguments));
        return commands.run(all.toArray(String[]::new));
    }
}
