package io.bulwark.lab.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
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

    @TempDir
    private Path folder;

    @Test
    void one_of_three_brokers_dies_and_nothing_is_lost_doubled_or_left() throws IOException {
        ProofNetwork.missing().ifPresent(reason -> abort(reason));

        StringWriter out = new StringWriter();
        CommandLine commands = BulwarkCommand.commandLine();
        commands.setOut(new PrintWriter(out, true));
        int code = commands.execute(
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
        assertThat(line.path("findings")).isEmpty();
        assertThat(line.path("uploads").asInt()).isPositive();
        assertThat(line.path("erasures").asInt()).isPositive();
        assertThat(line.path("uploadWaits")).hasSize(1);
        assertThat(code).as(out.toString()).isEqualTo(ExitCodes.OK);
    }
}
