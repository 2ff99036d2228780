package io.bulwark.lab.traffic;

import io.bulwark.lab.terminal.CommandFailure;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import picocli.CommandLine.Option;

/** Which broker a command talks to: {@code @Mixin BrokerOptions broker}. */
public final class BrokerOptions {

    private static final int ANSWER_SECONDS = 10;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:BULWARK_KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}",
            description = "The Kafka broker to start from, or several separated by commas (default: ${DEFAULT-VALUE}; "
                    + "environment BULWARK_KAFKA_BOOTSTRAP_SERVERS).")
    private String bootstrapServers;

    @Option(
            names = "--schema-registry",
            paramLabel = "URL",
            defaultValue = "${env:BULWARK_SCHEMA_REGISTRY_URL}",
            description = "A schema registry; without one records travel in Avro single-object encoding "
                    + "(environment BULWARK_SCHEMA_REGISTRY_URL).")
    private String registryUrl;

    /**
     * The broker, once it has answered.
     *
     * @throws CommandFailure if nothing answers within 10 seconds
     */
    public Broker broker() {
        requireAnswer();
        return new Broker(bootstrapServers, Optional.ofNullable(registryUrl).filter(url -> !url.isBlank()));
    }

    private void requireAnswer() {
        Map<String, Object> settings = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_SECONDS * 1000,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_SECONDS * 1000);
        try (Admin admin = Admin.create(settings)) {
            admin.describeCluster().nodes().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | RuntimeException silent) {
            throw CommandFailure.unavailable(
                    "no Kafka broker answers at " + bootstrapServers + " within " + ANSWER_SECONDS
                            + " s: start one with `bulwark local`, or name another with --bootstrap-servers",
                    silent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while asking " + bootstrapServers, interrupted);
        }
    }
}
