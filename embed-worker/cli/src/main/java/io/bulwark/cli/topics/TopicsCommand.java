package io.bulwark.cli.topics;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.topics.BrokerTopics.TopicState;
import io.bulwark.cli.traffic.BrokerOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark topics}. */
@Command(
        name = "topics",
        description = "Makes and checks Bulwark's topics on a broker, and the rights of its programs there.",
        subcommands = {
            TopicsCommand.TopicsCreateCommand.class,
            TopicsCommand.TopicsCheckCommand.class,
            TopicsRightsCommand.class
        })
public final class TopicsCommand {

    /** {@code bulwark topics create}. */
    @Command(
            name = "create",
            description =
                    "Creates the topics of the catalogue that the broker does not have. Those it has stay as they are; "
                            + "where one differs from the catalogue the command says in what, and fails.")
    static final class TopicsCreateCommand implements Callable<Integer> {

        @Mixin
        private OutputOptions options;

        @Mixin
        private BrokerOptions broker;

        @Option(
                names = "--replication",
                paramLabel = "N",
                defaultValue = "3",
                description = "Copies of each partition (1 on a single broker).")
        private short replication;

        @Override
        public Integer call() {
            Output output = options.output();
            try (BrokerTopics topics = new BrokerTopics(broker.broker())) {
                List<TopicState> before = topics.states();
                topics.create(
                        before.stream()
                                .filter(state -> !state.exists())
                                .map(TopicState::topic)
                                .toList(),
                        replication);
                before.forEach(state -> state.print(output, "created"));
                return before.stream().allMatch(state -> state.differences().isEmpty())
                        ? ExitCodes.OK
                        : ExitCodes.FAILED;
            }
        }
    }

    /** {@code bulwark topics check}. */
    @Command(
            name = "check",
            description =
                    "Compares the broker's topics with the catalogue: partitions, cleanup, retention and record size.")
    static final class TopicsCheckCommand implements Callable<Integer> {

        @Mixin
        private OutputOptions options;

        @Mixin
        private BrokerOptions broker;

        @Override
        public Integer call() {
            Output output = options.output();
            try (BrokerTopics topics = new BrokerTopics(broker.broker())) {
                List<TopicState> states = topics.states();
                states.forEach(state -> state.print(output, "missing"));
                return states.stream()
                                .allMatch(state ->
                                        state.exists() && state.differences().isEmpty())
                        ? ExitCodes.OK
                        : ExitCodes.FAILED;
            }
        }
    }
}
