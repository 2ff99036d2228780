package io.bulwark.cli.topics;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.traffic.BrokerOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bulwark topics check}. */
@Command(
        name = "check",
        description =
                "Compares the broker's topics with the catalogue: partitions, cleanup, retention and record size.")
final class TopicsCheckCommand implements Callable<Integer> {

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
