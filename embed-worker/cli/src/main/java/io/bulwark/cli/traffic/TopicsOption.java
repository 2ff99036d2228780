package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.topic.TopicNames;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * What the names of one Bulwark begin with on the broker: {@code @Mixin TopicsOption topics}. Every command that knows
 * a topic has it.
 */
public final class TopicsOption {

    @Option(
            names = "--topics-prefix",
            paramLabel = "TEXT",
            description =
                    "What the names of topics, groups and transactions begin with on the broker, as the worker and "
                            + "moderation-stream have it (default: the setting bulwark.topics.prefix, environment "
                            + "BULWARK_TOPICS_PREFIX, else nothing).")
    private String prefix;

    /** As the command line has it. */
    public Optional<String> given() {
        return Optional.ofNullable(prefix);
    }

    /**
     * By the command line, or else the environment, for commands that read no file with the connection's settings.
     *
     * @throws CommandFailure if Kafka takes no such name
     */
    public TopicNames names() {
        return BrokerSettings.read(Optional.empty()).topics(given());
    }
}
