package io.bulwark.cli.topics;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.PolicyViolationException;

/** The catalogue's topics on one broker. One thread uses it. */
public final class BrokerTopics implements AutoCloseable {

    /** What a person does about a cluster that takes no topic as the catalogue has it. */
    public static final String UNSUPPORTED =
            "where only sizes are refused, set bulwark.topics.max-upload-bytes; by the other"
                    + " settings erasure keeps its deadlines, and a cluster that refuses them, as Amazon MSK Serverless does, is"
                    + " unsupported (deploy/docs/external-kafka.md)";

    /** As many copies as the broker makes where none are asked for. */
    private static final short BROKERS_OWN = -1;

    private final Broker broker;
    private final Admin admin;

    public BrokerTopics(Broker broker) {
        this.broker = broker;
        admin = Admin.create(broker.clientSettings(Map.of()));
    }

    /**
     * Every topic of the catalogue, in its order.
     *
     * @throws CommandFailure if the broker does not tell
     */
    public List<TopicState> states() {
        Set<String> present = answer(admin.listTopics().names(), "list its topics");
        List<Topics> existing = Arrays.stream(Topics.values())
                .filter(topic -> present.contains(broker.topic(topic)))
                .toList();
        Map<String, TopicDescription> descriptions = answer(
                admin.describeTopics(existing.stream().map(broker::topic).toList())
                        .allTopicNames(),
                "describe its topics");
        Map<ConfigResource, Config> configs = answer(
                admin.describeConfigs(existing.stream().map(this::resource).toList())
                        .all(),
                "tell its topics' configuration");
        return Arrays.stream(Topics.values())
                .map(topic -> existing.contains(topic)
                        ? new TopicState(
                                topic,
                                broker.topic(topic),
                                true,
                                broker.topics().config(topic),
                                differences(topic, descriptions.get(broker.topic(topic)), configs.get(resource(topic))))
                        : new TopicState(
                                topic,
                                broker.topic(topic),
                                false,
                                broker.topics().config(topic),
                                List.of()))
                .toList();
    }

    /**
     * Why the cluster would not make topics as the catalogue says, by its policy. Topics that it would make are left out,
     * as are topics that this user may not make. Makes none.
     */
    public Map<Topics, String> refusals(List<Topics> topics) {
        Map<String, KafkaFuture<Void>> asked = admin.createTopics(
                        topics.stream()
                                .map(topic -> broker.topics().newTopic(topic, BROKERS_OWN))
                                .toList(),
                        new CreateTopicsOptions().validateOnly(true))
                .values();
        Map<Topics, String> refusals = new EnumMap<>(Topics.class);
        for (Topics topic : topics) {
            try {
                asked.get(broker.topic(topic)).get();
            } catch (ExecutionException refused) {
                if (isOfPolicy(refused.getCause())) {
                    refusals.put(topic, refused.getCause().getMessage());
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw CommandFailure.failed("interrupted while asking " + broker.bootstrapServers(), interrupted);
            }
        }
        return refusals;
    }

    private static boolean isOfPolicy(Throwable cause) {
        return cause instanceof PolicyViolationException || cause instanceof InvalidConfigurationException;
    }

    /**
     * Creates topics as the catalogue says.
     *
     * @throws CommandFailure if the broker refuses, or by its policy one of the topics, none of which is made then
     */
    void create(List<Topics> topics, short replication) {
        Map<Topics, String> refusals = refusals(topics);
        if (!refusals.isEmpty()) {
            throw CommandFailure.failed("the cluster refuses topics as Bulwark needs them, so none is made: "
                    + refusals.entrySet().stream()
                            .map(refused -> broker.topic(refused.getKey()) + " (" + refused.getValue() + ")")
                            .collect(Collectors.joining(", "))
                    + "; " + UNSUPPORTED);
        }
        answer(
                admin.createTopics(topics.stream()
                                .map(topic -> broker.topics().newTopic(topic, replication))
                                .collect(Collectors.toList()))
                        .all(),
                "create the topics");
    }

    private List<String> differences(Topics topic, TopicDescription description, Config config) {
        List<String> differences = new ArrayList<>();
        int partitions = description.partitions().size();
        if (partitions != topic.partitions()) {
            differences.add(partitions + " partitions, wanted " + topic.partitions());
        }
        broker.topics().config(topic).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(wanted -> {
                    String found = config.get(wanted.getKey()).value();
                    if (!found.equals(wanted.getValue())) {
                        differences.add(wanted.getKey() + " " + found + ", wanted " + wanted.getValue());
                    }
                });
        return differences;
    }

    private ConfigResource resource(Topics topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, broker.topic(topic));
    }

    private <T> T answer(KafkaFuture<T> future, String what) {
        try {
            return future.get();
        } catch (ExecutionException refused) {
            throw CommandFailure.unavailable(
                    "the broker at " + broker.bootstrapServers() + " did not " + what + ": "
                            + refused.getCause().getMessage(),
                    refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while asking " + broker.bootstrapServers(), interrupted);
        }
    }

    @Override
    public void close() {
        admin.close();
    }

    /**
     * A topic of the catalogue as a broker has it.
     *
     * @param name on the broker
     * @param exists whether it has it
     * @param config that is wanted
     * @param differences from the catalogue, each with what was found and what is wanted
     */
    public record TopicState(
            Topics topic, String name, boolean exists, Map<String, String> config, List<String> differences) {

        /** Keys of the configuration that differ; partitions are none. */
        public List<String> configDifferences() {
            return config.keySet().stream()
                    .filter(key -> differences.stream().anyMatch(difference -> difference.startsWith(key + " ")))
                    .sorted()
                    .toList();
        }

        /** One line, or one JSON object. */
        void print(Output output, String wordForAbsent) {
            String state = !exists ? wordForAbsent : differences.isEmpty() ? "as it should be" : "differs";
            Map<String, Object> fields = Output.fields(
                    "topic", name, "state", state, "partitions", topic.partitions(), "differences", differences);
            output.print(
                    name + "  " + state + (differences.isEmpty() ? "" : ": " + String.join("; ", differences)), fields);
        }
    }
}
