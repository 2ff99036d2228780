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
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
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
        try (Admin admin = admin()) {
            createMissing(admin, names);
            awaitAllThere(admin, names);
        }
    }

    /** Deletes the catalogue's topics, with all they hold, and creates them anew. Nobody may be using them. */
    default void recreateTopics() {
        try (Admin admin = admin()) {
            Set<String> gone = new HashSet<>(names(admin));
            gone.retainAll(catalogue(TopicNames.UNPREFIXED));
            get(admin.deleteTopics(gone).all());
            Awaitility.await("the old topics are gone")
                    .atMost(30, TimeUnit.SECONDS)
                    .until(() -> {
                        Set<String> left = new HashSet<>(names(admin));
                        left.retainAll(gone);
                        return left.isEmpty();
                    });
            createMissing(admin, TopicNames.UNPREFIXED);
            awaitAllThere(admin, TopicNames.UNPREFIXED);
        }
    }

    /** An admin client for this broker; the caller closes it. */
    default Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
    }

    private static void createMissing(Admin admin, TopicNames names) {
        for (var creation :
                admin.createTopics(names.newTopics((short) 1)).values().entrySet()) {
            try {
                get(creation.getValue());
            } catch (IllegalStateException failed) {
                if (!(failed.getCause() instanceof TopicExistsException)) {
                    throw failed;
                }
            }
        }
    }

    /** A leader that is named may not serve yet, so each is asked for its end. */
    private static void awaitAllThere(Admin admin, TopicNames names) {
        Awaitility.await("every partition of the catalogue has a leader that answers")
                .atMost(30, TimeUnit.SECONDS)
                .ignoreExceptionsMatching(e -> e.getCause() instanceof UnknownTopicOrPartitionException)
                .until(() -> {
                    Map<TopicPartition, Boolean> led = new HashMap<>();
                    get(admin.describeTopics(catalogue(names)).allTopicNames())
                            .forEach((name, topic) -> topic.partitions()
                                    .forEach(partition -> led.put(
                                            new TopicPartition(name, partition.partition()),
                                            partition.leader() != null
                                                    && !partition.leader().isEmpty())));
                    if (led.containsValue(false)) {
                        return false;
                    }
                    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
                    led.keySet().forEach(partition -> ends.put(partition, OffsetSpec.latest()));
                    return get(admin.listOffsets(ends).all()).size() == led.size();
                });
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
