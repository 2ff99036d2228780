package io.bulwark.lab.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.lab.BulwarkCommand;
import io.bulwark.lab.terminal.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What can go wrong; that an import is right is shown where the importer lives. */
class ImportTfjsCommandTest {

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = BulwarkCommand.commandLine();
        command.setOut(new PrintWriter(new StringWriter()));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments);
    }

    @Test
    void a_source_without_a_model_is_said_so_and_nothing_is_written() {
        Path out = folder.resolve("out");
        assertThat(run("model", "import-tfjs", folder.toString(), out.toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains(folder.toString(), "model.min.js").doesNotContain("\tat ");
        assertThat(out).doesNotExist();
    }

    @Test
    void a_file_that_is_no_archive_is_said_so() throws Exception {
        Path file = Files.writeString(folder.resolve("holiday.tgz"), "not gzip at all");
        assertThat(run(
                        "model",
                        "import-tfjs",
                        file.toString(),
                        folder.resolve("out").toString()))
                .isEqualTo(ExitCodes.FAILED);
        assertThat(err.toString()).contains("holiday.tgz", "cannot be imported").doesNotContain("\tat ");
    }

    @Test
    void a_missing_target_is_a_wrong_command_line() {
        assertThat(run("model", "import-tfjs", folder.toString())).isEqualTo(ExitCodes.USAGE);
    }
}
