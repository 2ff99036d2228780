package io.bulwark.lab.proof;

import io.bulwark.cli.terminal.CommandFailure;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * Brokers that are controllers as well: their settings, and what they say of themselves. Any thread.
 *
 * @param network with a host for each of {@link ProofCluster#BROKERS}
 * @param clusterId the same for all
 */
record ProofBrokers(ProofNetwork network, String clusterId) {

    private static final int KAFKA_PORT = 9092;
    private static final int CONTROLLER_PORT = 9093;

    /** What a broker listens on. */
    static final List<Integer> PORTS = List.of(KAFKA_PORT, CONTROLLER_PORT);

    private static final int PROBE_MILLIS = 4_000;

    /** What clients on this machine connect to. */
    String bootstrapServers() {
        return ProofCluster.BROKERS.stream()
                .map(host -> network.address(host) + ":" + KAFKA_PORT)
                .collect(Collectors.joining(","));
    }

    /** Ready where the cluster counts it in. */
    Optional<String> waitsFor(String host) {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, network.address(host) + ":" + KAFKA_PORT,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PROBE_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PROBE_MILLIS);
        try (Admin admin = Admin.create(settings)) {
            boolean in = admin.describeCluster().nodes().get(PROBE_MILLIS, TimeUnit.MILLISECONDS).stream()
                    .anyMatch(node -> node.host().equals(network.address(host)));
            return in ? Optional.empty() : Optional.of("it is not in the cluster yet");
        } catch (ExecutionException | TimeoutException notYet) {
            return Optional.of("it does not answer yet: " + notYet.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while waiting for " + host, interrupted);
        }
    }

    /** How many partitions have fewer copies in sync than they should; all where the cluster does not answer. */
    long underReplicated() {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                2 * PROBE_MILLIS,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                PROBE_MILLIS);
        try (Admin admin = Admin.create(settings)) {
            return admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .filter(partition ->
                            partition.isr().size() < partition.replicas().size())
                    .count();
        } catch (ExecutionException silent) {
            return Long.MAX_VALUE;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while asking for copies", interrupted);
        }
    }

    /**
     * Writes a broker's settings.
     *
     * @param own where the file goes
     * @param log where the broker keeps its data
     * @return the file
     */
    Path settings(String host, Path own, Path log) {
        String voters = ProofCluster.BROKERS.stream()
                .map(each -> number(each) + "@" + network.address(each) + ":" + CONTROLLER_PORT)
                .collect(Collectors.joining(","));
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                number(host),
                "controller.quorum.voters",
                voters,
                "listeners",
                "PLAINTEXT://" + network.address(host) + ":" + KAFKA_PORT + ",CONTROLLER://" + network.address(host)
                        + ":" + CONTROLLER_PORT,
                "advertised.listeners",
                "PLAINTEXT://" + network.address(host) + ":" + KAFKA_PORT,
                "inter.broker.listener.name",
                "PLAINTEXT",
                "controller.listener.names",
                "CONTROLLER",
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "log.dirs",
                log.toString(),
                "bulwark.cluster-id",
                clusterId));
        settings.putAll(Map.of(
                "auto.create.topics.enable", "false",
                "default.replication.factor", Short.toString(ProofCluster.COPIES),
                "min.insync.replicas", "2",
                "offsets.topic.replication.factor", Short.toString(ProofCluster.COPIES),
                "offsets.topic.num.partitions", "8",
                "transaction.state.log.replication.factor", Short.toString(ProofCluster.COPIES),
                "transaction.state.log.min.isr", "2",
                "transaction.state.log.num.partitions", "8",
                "num.network.threads", "2",
                "num.io.threads", "4"));
        Path file = own.resolve("server.properties");
        try {
            Files.createDirectories(own);
            try (Writer writer = Files.newBufferedWriter(file)) {
                settings.store(writer, "Written at every start of the broker");
            }
        } catch (IOException unwritable) {
            throw CommandFailure.failed(own + " cannot be written: " + unwritable.getMessage(), unwritable);
        }
        return file;
    }

    private static String number(String host) {
        return host.substring(1);
    }
}
