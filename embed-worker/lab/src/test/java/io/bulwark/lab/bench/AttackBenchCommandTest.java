package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.CapturedCommands;
import io.bulwark.cli.terminal.ExitCodes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("proof")
class AttackBenchCommandTest {

    private final CapturedCommands commands = new CapturedCommands();

    @Test
    void everyBatchSizeIsMeasuredBesideForwardPassesAndTheLowestShareIsJudged() throws IOException {
        assertThat(run("--batch", "1,2", "--least", "0", "--json"))
                .as(commands.err())
                .isEqualTo(ExitCodes.OK);

        List<JsonNode> lines = new ArrayList<>();
        for (String line : commands.out().lines().toList()) {
            lines.add(new ObjectMapper().readTree(line));
        }
        assertThat(lines).hasSize(3);
        double lowest = Double.MAX_VALUE;
        for (JsonNode measured : lines.subList(0, 2)) {
            double steps = measured.path("gradientStepsPerSecond").asDouble();
            double forward = measured.path("forwardImagesPerSecond").asDouble();
            assertThat(steps).isPositive();
            assertThat(measured.path("inferenceImagesPerSecond").asDouble()).isPositive();
            assertThat(measured.path("shareOfForward").asDouble()).isCloseTo(steps / forward, within(1e-9));
            lowest = Math.min(lowest, steps / forward);
        }
        assertThat(lines.get(0).path("batch").asInt()).isEqualTo(1);
        assertThat(lines.get(1).path("batch").asInt()).isEqualTo(2);
        assertThat(lines.get(2).path("leastShare").asDouble()).isCloseTo(lowest, within(1e-9));
        assertThat(lines.get(2).path("holds").asBoolean()).isTrue();
    }

    @Test
    void aShareBelowTheWantedOneIsAFailureThatSaysBoth() {
        assertThat(run("--batch", "1", "--least", "99")).isEqualTo(ExitCodes.FAILED);

        assertThat(commands.out()).contains("wanted 99.00").contains("too slow");
    }

    @Test
    void aBatchSizeThatNoEncoderIsCompiledForIsRefusedBeforeAnythingIsMeasured() {
        assertThat(run("--batch", "3")).isEqualTo(ExitCodes.USAGE);

        assertThat(commands.err()).contains("[3]").contains("32");
        assertThat(commands.out()).isEmpty();
    }

    @Test
    void aModelThatIsNotThereIsNamed() {
        assertThat(run("--batch", "1", "--model", "no/such/folder")).isEqualTo(ExitCodes.FAILED);

        assertThat(commands.err()).contains("no/such/folder").doesNotContain("\tat ");
    }

    private int run(String... more) {
        List<String> all = new ArrayList<>(List.of("bench", "attack", "--seconds", "0.1", "--threads", "1"));
        all.addAll(List.of(more));
        return commands.run(all.toArray(String[]::new));
    }
}
