package io.bulwark.cli.local;

import io.bulwark.cli.local.LocalNode.LocalNodeSettings;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.BrokerOptions.TopicsOption;
import io.bulwark.schemas.topic.TopicNames;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How the local node is run: {@code @Mixin NodeOptions node}. */
public final class NodeOptions {

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Where everything is kept (default: deploy/local/data of the checkout).")
    private Path data;

    @Option(names = "--fresh", description = "Throw away what an earlier run left in that folder.")
    private boolean fresh;

    @Option(names = "--kafka-port", paramLabel = "PORT", description = "Where Kafka listens on 127.0.0.1.")
    private int kafkaPort = 9092;

    @Option(names = "--worker-port", paramLabel = "PORT", description = "Health and metrics of the worker.")
    private int workerPort = 8081;

    @Option(names = "--stream-port", paramLabel = "PORT", description = "The console and the query API.")
    private int streamPort = 8080;

    @Option(
            names = "--database-port",
            paramLabel = "PORT",
            defaultValue = "15432",
            description = "Where PostgreSQL listens on 127.0.0.1 (default: ${DEFAULT-VALUE}). It is not started where "
                    + "--stream-set names a bulwark.database.url.")
    private int databasePort;

    @Option(
            names = "--without-database",
            description = "Start no PostgreSQL: there is no review then, and decisions are served by key.")
    private boolean withoutDatabase;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Settings of the worker as a properties file (default: the samples' stand-in policy, "
                    + "deploy/local/policy.properties).")
    private Path policy;

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--worker-set",
            paramLabel = "NAME=VALUE",
            description = "A setting of the worker, such as bulwark.policy.flag=0.7; wins over the policy file. May be "
                    + "given several times.")
    private Map<String, String> workerSettings = new HashMap<>();

    @Option(
            showDefaultValue = Visibility.NEVER,
            names = "--stream-set",
            paramLabel = "NAME=VALUE",
            description = "A setting of moderation-stream, such as bulwark.stream.missing.deadline=1m. May be given "
                    + "several times.")
    private Map<String, String> streamSettings = new HashMap<>();

    @Mixin
    private TopicsOption topics;

    /**
     * The settings of a node in this checkout.
     *
     * @throws CommandFailure if a file cannot be read, or the services would have other prefixes than the node
     */
    public LocalNodeSettings settings(Checkout checkout) {
        Map<String, String> worker = new HashMap<>(read(policy != null ? policy : checkout.samplePolicy()));
        worker.putAll(workerSettings);
        Map<String, String> stream = new HashMap<>(streamSettings);
        if (worker.containsKey(TopicNames.SETTING) || stream.containsKey(TopicNames.SETTING)) {
            throw CommandFailure.usage(
                    TopicNames.SETTING + " is one for all programs of a node: give it as --topics-prefix");
        }
        worker.put(TopicNames.SETTING, topics.names().prefix());
        stream.put(TopicNames.SETTING, topics.names().prefix());
        return new LocalNodeSettings(
                data != null ? data : checkout.defaultData(),
                fresh,
                kafkaPort,
                workerPort,
                streamPort,
                withoutDatabase || streamSettings.containsKey("bulwark.database.url")
                        ? OptionalInt.empty()
                        : OptionalInt.of(databasePort),
                worker,
                stream);
    }

    private static Map<String, String> read(Path file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException unreadable) {
            throw CommandFailure.usage(
                    "the policy file " + file + " cannot be read: " + unreadable + "; name another with --policy");
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }
}
