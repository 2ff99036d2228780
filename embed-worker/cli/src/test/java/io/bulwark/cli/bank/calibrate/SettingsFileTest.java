package io.bulwark.cli.bank.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.bank.calibrate.BankCalibrateFlaggedCommand.SettingsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("policy.properties");
    }

    @Test
    void new_values_stand_where_the_old_ones_stood_and_everything_else_stays() throws IOException {
        Files.write(
                file,
                List.of(
                        "# bulwark.policy.flag=0.5 was too low",
                        "bulwark.policy.unfamiliar=review",
                        "  bulwark.policy.flag : 0.6",
                        "",
                        "bulwark.policy.flagged-labels=cards"));

        new SettingsFile(file).set(List.of("bulwark.policy.flagged-labels=dice", "bulwark.policy.flag=0.7"));

        assertThat(file)
                .hasContent("# bulwark.policy.flag=0.5 was too low\n"
                        + "bulwark.policy.unfamiliar=review\n"
                        + "bulwark.policy.flag=0.7\n"
                        + "\n"
                        + "bulwark.policy.flagged-labels=dice\n");
    }

    @Test
    void what_is_new_comes_after_what_is_there_in_its_order() throws IOException {
        Files.write(file, List.of("b=1", "a=1"));

        new SettingsFile(file).set(List.of("z=2", "a=2", "c=2"));

        assertThat(file).hasContent("b=1\na=2\nz=2\nc=2\n");
    }

    @Test
    void a_key_whose_name_another_begins_with_is_another() throws IOException {
        Files.write(file, List.of("bulwark.policy.flagged-labels=cards", "bulwark.policy.flag=0.6"));

        new SettingsFile(file).set(List.of("bulwark.policy.flag=0.7"));

        assertThat(file).hasContent("bulwark.policy.flagged-labels=cards\nbulwark.policy.flag=0.7\n");
    }

    @Test
    void of_a_value_that_stood_there_twice_or_over_several_lines_nothing_is_left() throws IOException {
        Files.write(file, List.of("labels=cards,\\", "  dice,\\", "  coins", "flag=0.6", "labels=tokens", "safe=0.4"));

        new SettingsFile(file).set(List.of("labels=cards"));

        assertThat(file).hasContent("labels=cards\nflag=0.6\nsafe=0.4\n");
    }

    @Test
    void a_file_that_is_missing_is_made() throws IOException {
        new SettingsFile(file).set(List.of("b=1", "a=2"));

        assertThat(file).hasContent("b=1\na=2\n");
    }
}
