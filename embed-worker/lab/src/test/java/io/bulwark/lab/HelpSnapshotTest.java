package io.bulwark.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.cli.BulwarkCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Holds what users see of the command line to {@code help.txt}: the commands in their order, each with its options, its
 * defaults and its exit codes. {@code -Dbulwark.snapshots=write} writes the file.
 */
class HelpSnapshotTest {

    private static final Path SNAPSHOT =
            Path.of(System.getProperty("bulwark.home"), "embed-worker/lab/src/test/resources/io/bulwark/lab/help.txt");

    @Test
    void every_command_prints_the_help_that_is_checked_in() throws IOException {
        StringBuilder help = new StringBuilder();
        append(BulwarkCommand.commandLine(), help);
        String found = withoutThisMachine(help.toString());
        if ("write".equals(System.getProperty("bulwark.snapshots"))) {
            Files.writeString(SNAPSHOT, found);
        }
        assertThat(found)
                .as("the help of all commands; -Dbulwark.snapshots=write writes %s", SNAPSHOT)
                .isEqualTo(Files.readString(SNAPSHOT));
    }

    /** picocli formats each line of a description, and warns on the terminal of one with a percent sign not doubled. */
    @Test
    void no_help_warns_about_its_own_text() {
        PrintStream terminal = System.err;
        ByteArrayOutputStream warnings = new ByteArrayOutputStream();
        System.setErr(new PrintStream(warnings, true, StandardCharsets.UTF_8));
        try {
            append(BulwarkCommand.commandLine(), new StringBuilder());
        } finally {
            System.setErr(terminal);
        }
        assertThat(warnings.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    private static void append(CommandLine command, StringBuilder help) {
        CommandSpec spec = command.getCommandSpec();
        help.append("==== ").append(spec.qualifiedName());
        for (String alias : spec.aliases()) {
            help.append(", ").append(alias);
        }
        help.append('\n').append(command.getUsageMessage(CommandLine.Help.Ansi.OFF));
        for (Map.Entry<String, CommandLine> subcommand :
                command.getSubcommands().entrySet()) {
            if (subcommand.getKey().equals(subcommand.getValue().getCommandName())) {
                append(subcommand.getValue(), help);
            }
        }
    }

    /** Defaults that name folders of the user differ by machine. */
    private static String withoutThisMachine(String help) {
        return help.replace(System.getProperty("user.home") + "/", "~/").replaceAll("(?m)[ \\t]+$", "");
    }
}
