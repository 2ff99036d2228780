package io.bulwark.cli.casebook;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CasebookBacktestCommandTest {

    private final StringWriter err = new StringWriter();

    /** It would compare what is in force with itself, and find no change. */
    @ParameterizedTest
    @ValueSource(strings = {"", "--bank default", "--since P7D --tenant shop", "--in-force policy.properties"})
    void without_a_trial_it_says_what_to_name_and_asks_no_broker(String options) {
        var command = BulwarkCommand.commandLine();
        command.setErr(new PrintWriter(err, true));

        assertThat(command.execute(("casebook backtest " + options).strip().split(" ")))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("both sides are the same", "--without", "--with", "--policy", "--against");
    }

    @Test
    void aProposalWithoutDrawsIsAUsageErrorAndDrawsAreReadBeforeABrokerIsAsked() {
        assertThat(BulwarkCommand.commandLine()
                        .setErr(new PrintWriter(err, true))
                        .execute("casebook", "backtest", "--without", "one", "--proposed-at", "2026-11-30T12:00:00Z"))
                .isEqualTo(ExitCodes.USAGE);
        assertThat(err.toString()).contains("--draws");
        assertThat(BulwarkCommand.commandLine()
                        .setErr(new PrintWriter(err, true))
                        .execute("casebook", "backtest", "--without", "one", "--draws", "absent.json"))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("absent.json", "no list of answered draws");
    }
}
