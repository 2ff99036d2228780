package io.bulwark.cli.bank.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BankCalibrateCommandTest {

    /** Before anything is read from a broker. */
    @ParameterizedTest
    @ValueSource(strings = {"--holds-back", "--holds-back --files .", "--holds-back --twin somewhere"})
    void whatHoldsBackNeedsATwinAndFiles(String options) {
        var err = new StringWriter();
        CommandLine commands = BulwarkCommand.commandLine();
        commands.setErr(new PrintWriter(err, true));

        assertThat(commands.execute(("bank calibrate " + options).split(" "))).isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--holds-back needs --twin").contains("--files");
    }
}
