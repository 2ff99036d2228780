package io.bulwark.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.terminal.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The command line without another module's commands; the laboratory's tests have all of them. */
class CommandsAloneTest {

    private final StringWriter err = new StringWriter();

    @Test
    void has_the_operator_s_commands() {
        CommandLine alone = BulwarkCommand.commandLine();

        assertThat(alone.getSubcommands())
                .containsKeys("local", "doctor", "bank", "audit", "help")
                .doesNotContainKey("train");
        assertThat(alone.getSubcommands().get("audit").getSubcommands()).containsOnlyKeys("report");
    }

    @Test
    void answers_a_command_of_the_laboratory_with_the_usage_code() {
        assertThat(BulwarkCommand.commandLine().setErr(new PrintWriter(err)).execute("bank", "concepts"))
                .isEqualTo(ExitCodes.USAGE);

        assertThat(err.toString()).contains("concepts");
    }
}
