package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("proof")
class ProofRunIT {

    /** The command's bound of 30 s is for a machine that runs nothing else. */
    private static final double MOST_SECONDS = 120;

    @TempDir
    private Path folder;

    @Test
    void one_of_three_brokers_dies_and_the_oracle_finds_nothing() throws IOException {
        ProofNetwork.missing().ifPresent(reason -> abort(reason));

        StringWriter out = new StringWriter();
        CommandLine commands = BulwarkCommand.commandLine();
        commands.setOut(new PrintWriter(out, true));
        commands.execute(
                "proof",
                "run",
                "broker-kill",
                "--streams",
                "1",
                "--uploads",
                "1",
                "--verdicts",
                "8",
                "--out",
                folder.resolve("proof").toString(),
                "--json");

        JsonNode line = new ObjectMapper().readTree(out.toString());
        assertThat(line.path("findings")).as(out.toString()).isEmpty();
        assertThat(line.path("findings").isArray()).as(out.toString()).isTrue();
        assertThat(line.path("uploads").asInt()).isPositive();
        assertThat(line.path("erasures").asInt()).isPositive();
        assertThat(line.path("uploadWaits")).hasSize(1);
        assertThat(line.path("uploadWaits").path(0).asDouble()).isBetween(0.1, MOST_SECONDS);
        assertThat(line.path("verdictWaits").path(0).asDouble()).isBetween(0.1, MOST_SECONDS);
    }
}
