package io.bulwark.cli.local;

import io.bulwark.schemas.topic.TopicNames;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a local node is run.
 *
 * @param data the folder that holds everything
 * @param fresh whether what an earlier node left there goes
 * @param kafkaPort of the broker
 * @param workerPort of the worker's health and metrics
 * @param streamPort of the console and the query API
 * @param databasePort of an own PostgreSQL; empty where there is none
 * @param workerSettings further settings of the worker, which win over the sample policy
 * @param streamSettings further settings of moderation-stream
 */
public record LocalNodeSettings(
        Path data,
        boolean fresh,
        int kafkaPort,
        int workerPort,
        int streamPort,
        OptionalInt databasePort,
        Map<String, String> workerSettings,
        Map<String, String> streamSettings) {

    public LocalNodeSettings {
        workerSettings = Map.copyOf(workerSettings);
        streamSettings = Map.copyOf(streamSettings);
    }

    /** What topics, groups and transactions are called on its broker. */
    public TopicNames topics() {
        return TopicNames.of(Optional.ofNullable(workerSettings.get(TopicNames.SETTING)));
    }

    /** Whether people can review: there is an own PostgreSQL, or the settings name one. */
    public boolean hasDatabase() {
        return databasePort.isPresent() || streamSettings.containsKey("bulwark.database.url");
    }
}
