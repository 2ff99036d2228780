package io.bulwark.schemas.testing;

import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.awaitility.Awaitility;

/** A running single-node Kafka that can do transactions and creates no topic by itself. */
public interface Broker extends AutoCloseable {

    /** Where it listens, as {@code host:port}. */
    String bootstrapServers();

    /** Stops it; what it held is lost. */
    @Override
    void close();

    /** Creates the catalogue's topics that are not there yet, and returns when all have leaders. */
    default void createTopics() {
        createTopics(TopicNames.UNPREFIXED);
    }

    /** The same under a prefix: topics of a test's own on a broker that others use as well. */
    default void createTopics(TopicNames names) {
        createTopics(names, Integer.MAX_VALUE);
    }

    /**
     * The same with at most that many partitions a topic, where a test does not depend on the catalogue's: moderation-stream
     * has all its stores and their changelogs once for each partition.
     */
    default void createTopics(TopicNames names, int mostPartitions) {
        try (Admin admin = admin()) {
            createMissing(admin, names, mostPartitions);
            awaitAllThere(admin, names);
        }
    }

    /**
     * Makes the catalogue's topics empty: topics that hold or held a record, or whose settings differ from the
     * catalogue's, are deleted and created again. No program may use them meanwhile.
     */
    default void recreateTopics() {
        try (Admin admin = admin()) {
            Set<String> used = usedTopics(admin);
            get(admin.deleteTopics(used).all());
            Awaitility.await("the used topics are gone")
                    .atMost(30, TimeUnit.SECONDS)
                    .pollInterval(20, TimeUnit.MILLISECONDS)
                    .until(() -> names(admin).stream().noneMatch(used::contains));
            createMissing(admin, TopicNames.UNPREFIXED, Integer.MAX_VALUE);
            awaitAllThere(admin, TopicNames.UNPREFIXED);
        }
    }

    /** An admin client for this broker; the caller closes it. */
    default Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
    }

    private static void createMissing(Admin admin, TopicNames names, int mostPartitions) {
        List<NewTopic> topics = names.newTopics((short) 1).stream()
                .map(topic -> new NewTopic(
                                topic.name(),
                                Math.min(mostPartitions, topic.numPartitions()),
                                topic.replicationFactor())
                        .configs(topic.configs()))
                .toList();
        for (var creation : admin.createTopics(topics).values().entrySet()) {
            try {
                get(creation.getValue());
            } catch (IllegalStateException failed) {
                if (!(failed.getCause() instanceof TopicExistsException)) {
                    throw failed;
                }
            }
        }
    }

    /** The catalogue's topics that are not as createTopics leaves them. */
    private static Set<String> usedTopics(Admin admin) {
        Set<String> there = names(admin);
        List<Topics> topics = Arrays.stream(Topics.values())
                .filter(topic -> there.contains(topic.topicName()))
                .toList();
        Set<String> used = new HashSet<>();
        get(admin.listOffsets(latest(get(admin.describeTopics(
                                        topics.stream().map(Topics::topicName).toList())
                                .allTopicNames())))
                        .all())
                .forEach((partition, end) -> {
                    if (end.offset() > 0) {
                        used.add(partition.topic());
                    }
                });
        Map<ConfigResource, Config> settings =
                get(admin.describeConfigs(topics.stream().map(Broker::resource).toList())
                        .all());
        for (Topics topic : topics) {
            Map<String, String> own = new HashMap<>();
            settings.get(resource(topic)).entries().stream()
                    .filter(entry -> entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG)
                    .forEach(entry -> own.put(entry.name(), entry.value()));
            if (!own.equals(topic.config())) {
                used.add(topic.topicName());
            }
        }
        return used;
    }

    private static ConfigResource resource(Topics topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName());
    }

    /** A leader that is named may not serve yet, so each is asked for its end. */
    private static void awaitAllThere(Admin admin, TopicNames names) {
        Awaitility.await("every partition of the catalogue has a leader that answers")
                .atMost(30, TimeUnit.SECONDS)
                .pollInterval(20, TimeUnit.MILLISECONDS)
                .ignoreExceptionsMatching(e -> e.getCause() instanceof UnknownTopicOrPartitionException)
                .until(() -> {
                    Map<String, TopicDescription> topics =
                            get(admin.describeTopics(catalogue(names)).allTopicNames());
                    Map<TopicPartition, OffsetSpec> ends = latest(topics);
                    boolean led = topics.values().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .allMatch(partition -> partition.leader() != null
                                    && !partition.leader().isEmpty());
                    return led && get(admin.listOffsets(ends).all()).size() == ends.size();
                });
    }

    private static Map<TopicPartition, OffsetSpec> latest(Map<String, TopicDescription> topics) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        topics.forEach((name, topic) -> topic.partitions()
                .forEach(partition -> ends.put(new TopicPartition(name, partition.partition()), OffsetSpec.latest())));
        return ends;
    }

    private static List<String> catalogue(TopicNames names) {
        return Arrays.stream(Topics.values()).map(names::of).toList();
    }

    private static Set<String> names(Admin admin) {
        return get(admin.listTopics().names());
    }

    private static <V> V get(org.apache.kafka.common.KafkaFuture<V> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IllegalStateException("The test broker refused: " + failed.getCause(), failed.getCause());
        } catch (TimeoutException slow) {
            throw new IllegalStateException("The test broker did not answer within 30 s.", slow);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the test broker.", stopped);
        }
    }
}
