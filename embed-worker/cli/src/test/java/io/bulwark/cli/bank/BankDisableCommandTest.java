package io.bulwark.cli.bank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.bank.BankCommand.BankDisableCommand;
import io.bulwark.cli.terminal.CommandFailure;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BankDisableCommandTest {

    @Test
    void durations_read_as_people_write_them() {
        assertThat(BankDisableCommand.parsed("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(BankDisableCommand.parsed("24h")).isEqualTo(Duration.ofHours(24));
        assertThat(BankDisableCommand.parsed("1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(BankDisableCommand.parsed("7d")).isEqualTo(Duration.ofDays(7));
        assertThat(BankDisableCommand.parsed("0s")).isZero();
        assertThat(BankDisableCommand.parsed("P7D")).as("as ISO 8601").isEqualTo(Duration.ofDays(7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "24", "-1h", "h"})
    void anything_else_is_refused_with_examples(String text) {
        assertThatThrownBy(() -> BankDisableCommand.parsed(text))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("24h");
    }
}
