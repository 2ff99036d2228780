package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("proof")
class LatencyBenchIT {

    private final StringWriter out = new StringWriter();

    /** Whether strangers hold up the others is for a machine that does nothing else to say, not for this test. */
    @Test
    void plain_uploads_and_strangers_are_answered_once_and_told_apart(@TempDir Path folder) throws IOException {
        run(
                "--rates",
                "20",
                "--seconds",
                "3",
                "--settle",
                "1",
                "--warm-up",
                "100",
                "--references",
                "24",
                "--mix",
                "slow=0.1,large=0.1,dead=0.1",
                "--out",
                folder.toString());

        JsonNode rates = new ObjectMapper().readTree(out.toString()).path("rates");
        assertThat(rates).hasSize(2).allSatisfy(rate -> {
            assertThat(rate.path("missing").asInt()).isZero();
            assertThat(rate.path("duplicates").asInt()).isZero();
            assertThat(rate.path("workerMillis").asDouble()).isPositive();
            assertThat(rate.path("brokerMillis").asDouble()).isPositive();
            assertThat(rate.path("driverMillis").asDouble()).isPositive();
            assertThat(rate.path("inline").path("p50Millis").asDouble()).isPositive();
        });
        assertThat(rates.get(0).path("sent").asInt())
                .isEqualTo(rates.get(1).path("sent").asInt());
        assertThat(rates.get(0).has("slow")).isFalse();
        assertThat(rates.get(1).path("slow").path("count").asInt()).isPositive();
        assertThat(rates.get(1).path("slow").path("p50Millis").asDouble()).isGreaterThan(9_000);
        assertThat(rates.get(1).path("large").path("count").asInt()).isPositive();
        assertThat(rates.get(1).path("dead").path("count").asInt()).isPositive();
        assertThat(folder.resolve("latency.png")).isNotEmptyFile();
    }

    @Test
    void a_rate_or_a_mix_that_cannot_be_is_a_mistake() {
        assertThat(run("--rates", "0")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("--rates", "10,-1")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("--seconds", "0")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("--mix", "late=0.5")).isEqualTo(ExitCodes.USAGE);
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("bench", "latency", "--json"));
        all.addAll(List.of(arguments));
        return BulwarkCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(new StringWriter(), true))
                .execute(all.toArray(String[]::new));
    }
}
