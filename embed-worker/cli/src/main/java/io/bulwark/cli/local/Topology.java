package io.bulwark.cli.local;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;

/** Creates the catalogue's topics on a broker. */
public final class Topology {

    private Topology() {}

    /**
     * Creates every topic of {@link Topics} that the broker does not have, unreplicated; those it has stay as they are.
     *
     * @throws CommandFailure if the broker refuses
     */
    public static void create(String bootstrapServers) {
        create(bootstrapServers, TopicNames.UNPREFIXED);
    }

    /** The same under a prefix. */
    public static void create(String bootstrapServers, TopicNames names) {
        create(bootstrapServers, names, (short) 1);
    }

    /** The same, replicated. */
    public static void create(String bootstrapServers, TopicNames names, short replication) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            Set<String> present = admin.listTopics().names().get();
            List<NewTopic> missing = names.newTopics(replication).stream()
                    .filter(topic -> !present.contains(topic.name()))
                    .toList();
            admin.createTopics(missing).all().get();
        } catch (ExecutionException refused) {
            throw CommandFailure.unavailable(
                    "the broker at " + bootstrapServers + " did not create the topics: "
                            + refused.getCause().getMessage(),
                    refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while creating topics", interrupted);
        }
    }
}
