package io.bulwark.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.cli.BulwarkCommand;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputCommand.OutputOptions;
import io.bulwark.cli.terminal.OutputContract;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

class BulwarkCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void prints_its_help_with_every_exit_code() {
        assertThat(run("--help")).isEqualTo(ExitCodes.OK);

        assertThat(out.toString())
                .contains("Exit codes:")
                .contains("0   done")
                .contains("1   failed")
                .contains("2   the command line")
                .contains("3   something");
    }

    @Test
    void prints_the_version_that_the_build_wrote_down() {
        assertThat(run("--version")).isEqualTo(ExitCodes.OK);

        assertThat(out.toString()).containsPattern("bulwark \\d+\\.\\d+").doesNotContain("${");
    }

    @Test
    void answers_an_unknown_command_with_the_usage_code() {
        assertThat(run("levitate")).isEqualTo(ExitCodes.USAGE);

        assertThat(err.toString()).contains("levitate").contains("Unmatched argument");
    }

    @Test
    void prints_a_failure_that_a_person_can_mend_without_a_stack_trace() {
        CommandLine commands = withStumbling(CommandFailure.unavailable("no broker at localhost:9092"));

        assertThat(commands.execute("stumble")).isEqualTo(ExitCodes.UNAVAILABLE);

        assertThat(err.toString())
                .contains("bulwark: no broker at localhost:9092")
                .doesNotContain("\tat ");
    }

    @Test
    void prints_a_defect_with_its_stack_trace() {
        CommandLine commands = withStumbling(new IllegalStateException("a defect"));

        assertThat(commands.execute("stumble")).isEqualTo(ExitCodes.FAILED);

        assertThat(err.toString()).contains("a defect").contains("\tat ");
    }

    @Test
    void machines_read_on_the_last_line_of_standard_error_why_a_command_failed() throws IOException {
        assertThat(run("bank", "list", "--levitate", "--json")).isEqualTo(ExitCodes.USAGE);
        assertFailure("bank list", "--levitate", ExitCodes.USAGE);

        assertThat(run("model", "inspect", "no/such/folder", "--json")).isEqualTo(ExitCodes.FAILED);
        assertFailure("model inspect", "no/such/folder", ExitCodes.FAILED);

        assertThat(withStumbling(new IllegalStateException("a defect")).execute("stumble", "--json"))
                .isEqualTo(ExitCodes.FAILED);
        assertFailure("stumble", "a defect", ExitCodes.FAILED);

        assertThat(withStumbling(CommandFailure.unavailable("no broker")).execute("stumble", "--json"))
                .isEqualTo(ExitCodes.UNAVAILABLE);
        assertFailure("stumble", "no broker", ExitCodes.UNAVAILABLE);
        assertThat(out.toString()).isEmpty();
    }

    private void assertFailure(String command, String error, int exitCode) throws IOException {
        String last = err.toString().lines().reduce("", (earlier, later) -> later);
        assertThat(OutputContract.checkedIn().faultsOfFailure(last)).as(last).isEmpty();
        JsonNode failure = new ObjectMapper().readTree(last);
        assertThat(failure.path("command").asText()).isEqualTo(command);
        assertThat(failure.path("error").asText()).contains(error);
        assertThat(failure.path("exitCode").asInt()).isEqualTo(exitCode);
    }

    @TestFactory
    Stream<DynamicTest> every_command_describes_itself_its_options_and_its_parameters() {
        return ownCommands().stream()
                .map(spec -> DynamicTest.dynamicTest(spec.qualifiedName(), () -> {
                    assertThat(spec.usageMessage().description())
                            .as("description")
                            .isNotEmpty();
                    for (ArgSpec argument : spec.args()) {
                        assertThat(argument.description()).as("%s", argument).isNotEmpty();
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> every_command_that_answers_can_answer_in_json() {
        return ownCommands().stream()
                .filter(spec -> spec.subcommands().isEmpty())
                .map(spec -> DynamicTest.dynamicTest(
                        spec.qualifiedName(),
                        () -> assertThat(spec.findOption("--json")).isNotNull()));
    }

    @TestFactory
    Stream<DynamicTest> help_prints_no_default_that_is_nothing() {
        return ownCommands().stream()
                .map(spec -> DynamicTest.dynamicTest(
                        spec.qualifiedName(),
                        () -> assertThat(spec.commandLine().getUsageMessage())
                                .doesNotContainPattern("Default: (\\[]|\\{}|\\w+\\[)")));
    }

    /** All commands below the root that are written here, not picocli's own. */
    private List<CommandSpec> ownCommands() {
        List<CommandSpec> specs = new ArrayList<>();
        collect(commandLine().getCommandSpec(), specs);
        return specs.stream()
                .filter(spec -> spec.userObject().getClass().getName().startsWith("io.bulwark."))
                .filter(spec -> !(spec.userObject() instanceof BulwarkCommand))
                .toList();
    }

    private static void collect(CommandSpec spec, List<CommandSpec> specs) {
        specs.add(spec);
        spec.subcommands().values().forEach(child -> collect(child.getCommandSpec(), specs));
    }

    private int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    /** A subcommand that comes later inherits neither streams nor handlers: they are set again. */
    private CommandLine withStumbling(RuntimeException failure) {
        CommandLine commands = BulwarkCommand.commandLine();
        commands.addSubcommand("stumble", new Stumble(failure));
        return commands.setExecutionExceptionHandler(commands.getExecutionExceptionHandler())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err));
    }

    private CommandLine commandLine() {
        return BulwarkCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    }

    @Command(name = "stumble", description = "Throws.")
    private static final class Stumble implements Callable<Integer> {

        @Mixin
        private OutputOptions options;

        private final RuntimeException failure;

        Stumble(RuntimeException failure) {
            this.failure = failure;
        }

        @Override
        public Integer call() {
            throw failure;
        }
    }
}
