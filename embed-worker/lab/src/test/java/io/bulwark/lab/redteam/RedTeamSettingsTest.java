package io.bulwark.lab.redteam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.testing.SettingsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedTeamSettingsTest {

    @TempDir
    Path folder;

    @Test
    void aWorkersFileIsUnderstoodAndWhatItSaysOfItsCoresDoesNotApply() throws IOException {
        Path file = Files.writeString(
                folder.resolve("worker.properties"),
                "bulwark.policy.flagged-labels=gambling\nbulwark.encoder.instances=8\nbulwark.fetch.max-bytes=7M\n"
                        + "bulwark.kafka.group=workers\nbulwark.red-team.rate=120\n");

        RedTeamSettings settings = RedTeamSettings.read(Optional.of(file), Optional.of("acme."));

        assertThat(settings.worker().policy().flaggedLabels()).containsExactly("gambling");
        assertThat(settings.worker().fetch().maxBytes().asLongValue()).isEqualTo(7L << 20);
        assertThat(settings.worker().encoder().instances()).isEqualTo(1);
        assertThat(settings.worker().kafka().group()).isEqualTo("bulwark-red-team");
        assertThat(settings.worker().topics().prefix()).contains("acme.");
        assertThat(settings.interval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.probe().threat().epsilon()).isEqualTo(4 / 255.0);
        assertThat(settings.own().objective()).isEmpty();
    }

    @Test
    void eachSettingThatIsWrongIsNamed() {
        assertThatThrownBy(() -> RedTeamSettings.of(Map.of(
                        "bulwark.red-team.rate", "0",
                        "bulwark.red-team.epsilon", "much",
                        "bulwark.red-team.objective", "80")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("bulwark.red-team.rate is 0.0, allowed are 0.1 to 3600.0")
                .hasMessageContaining("bulwark.red-team.epsilon: ")
                .hasMessageContaining("bulwark.red-team.objective is 80.0");
    }

    @Test
    void anUnknownSettingIsRefused() {
        assertThatThrownBy(() -> RedTeamSettings.of(Map.of("bulwark.red-team.eps", "4/255")))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("bulwark.red-team.eps");
    }

    /** Writes the table to {@code target/settings-red-team.md}; from there it goes into the page by hand. */
    @Test
    void thePagesTableIsThatOfTheSource() throws IOException {
        String table = SettingsTable.of(
                Path.of("src/main/java/io/bulwark/lab/redteam/RedTeamConfig.java"), "bulwark.red-team");
        Path written = Files.writeString(Path.of("target/settings-red-team.md"), table);

        assertThat(SettingsTable.inPage(Path.of("../docs/red-team.md"), "red-team"))
                .as("the table in embed-worker/docs/red-team.md; put in %s", written)
                .contains(table.strip());
    }
}
