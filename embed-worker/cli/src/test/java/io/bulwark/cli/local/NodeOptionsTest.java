package io.bulwark.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.local.LocalNode.LocalNodeSettings;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.schemas.topic.TopicNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class NodeOptionsTest {

    private static final String SETTING = "bulwark.topics.prefix";

    @Command
    private static final class Anything {

        @Mixin
        private NodeOptions node;
    }

    @Test
    void the_prefix_is_the_same_for_the_node_and_all_of_its_programs() {
        LocalNodeSettings settings = settings("--topics-prefix", "acme.");

        assertThat(settings.topics()).isEqualTo(new TopicNames("acme."));
        assertThat(settings.workerSettings()).containsEntry(SETTING, "acme.");
        assertThat(settings.streamSettings()).containsEntry(SETTING, "acme.");
    }

    /** Its environment is inherited by the programs; what is set for them wins over it. */
    @Test
    void a_node_without_a_prefix_sets_its_programs_none() {
        LocalNodeSettings settings = settings();

        assertThat(settings.topics()).isEqualTo(TopicNames.UNPREFIXED);
        assertThat(settings.workerSettings()).containsEntry(SETTING, "");
        assertThat(settings.streamSettings()).containsEntry(SETTING, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--worker-set", "--stream-set"})
    void one_program_alone_gets_no_prefix(String option) {
        assertThatThrownBy(() -> settings(option, SETTING + "=acme."))
                .isInstanceOfSatisfying(
                        CommandFailure.class,
                        failure -> assertThat(failure.exitCode()).isEqualTo(ExitCodes.USAGE))
                .hasMessageContaining("--topics-prefix");
    }

    private static LocalNodeSettings settings(String... arguments) {
        var command = new Anything();
        new CommandLine(command).parseArgs(arguments);
        return command.node.settings(Checkout.find());
    }
}
