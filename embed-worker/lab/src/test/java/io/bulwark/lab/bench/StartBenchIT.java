package io.bulwark.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.perception.model.ModelPackage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@Tag("proof")
class StartBenchIT {

    private final StringWriter out = new StringWriter();

    @Test
    void a_worker_is_started_twice_and_its_memory_beside_small_weights_is_too_much() throws IOException {
        int code = run("--model", ModelPackage.DEFAULT, "--starts", "1", "--images", "5", "--references", "24");

        assertThat(code).isEqualTo(ExitCodes.FAILED);
        JsonNode line = new ObjectMapper().readTree(out.toString());
        assertThat(line.path("firstSeconds").asDouble()).isPositive();
        assertThat(line.path("otherSeconds")).hasSize(1);
        assertThat(line.path("weightBytes").asLong())
                .isEqualTo(
                        ModelPackage.open(ModelPackage.DEFAULT).weightsSummary().bytes());
        assertThat(line.path("residentBytes").asLong()).isGreaterThan(100L << 20);
        assertThat(line.path("residentAfterBytes").asLong()).isGreaterThan(100L << 20);
    }

    @Test
    void no_start_after_the_first_is_a_mistake() {
        assertThat(run("--starts", "0")).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void a_precision_that_no_bank_is_made_for_is_a_mistake() {
        assertThat(run("--precision", "auto")).isEqualTo(ExitCodes.USAGE);
        assertThat(run("--precision", "fp8")).isEqualTo(ExitCodes.USAGE);
    }

    private int run(String... arguments) {
        CommandLine commands = BulwarkCommand.commandLine();
        commands.setOut(new PrintWriter(out, true));
        String[] all = new String[arguments.length + 3];
        System.arraycopy(new String[] {"bench", "start", "--json"}, 0, all, 0, 3);
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        return commands.execute(all);
    }
}
