package io.bulwark.stream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.schemas.testing.Broker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.runtime.StreamsSupervisor.Pauses;
import io.bulwark.stream.runtime.StreamsSupervisor.StreamsStatus;
import io.bulwark.stream.state.Restriction;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real client on a broker that loses a topic. */
class StreamsSupervisorIT {

    private static final Pauses SHORT =
            new Pauses(Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofMinutes(5));

    @TempDir
    private Path state;

    @Test
    void aTopicThatGoesAwayIsNamedAndItsReturnIsEnough() throws Exception {
        try (Broker broker = TestBroker.fresh()) {
            broker.createTopics(TopicNames.UNPREFIXED, 2);
            var meters = new SimpleMeterRegistry();
            var config = config(broker.bootstrapServers());
            var schemaClients = SchemaClients.of(StreamSettings.kafkaClient(config));
            var schemas = new SchemaFollower(schemaClients, Duration.ZERO);
            var clients = new KafkaStreamsClients(
                    config,
                    "localhost:1",
                    new StreamMeters(meters, TopicNames.UNPREFIXED),
                    meters,
                    schemas,
                    new KafkaStreamsClients.SchemaPublication(new SchemaPublisher(schemaClients), 1),
                    Optional::empty,
                    new Restriction(Set.of()));
            try (schemas;
                    var supervisor = new StreamsSupervisor(clients, SHORT)) {
                schemas.start();
                supervisor.start();
                awaitState(supervisor, StreamsStatus.State.RUNNING);

                try (Admin admin = broker.admin()) {
                    admin.deleteTopics(List.of("moderation.verdicts")).all().get();
                }
                await().atMost(Duration.ofSeconds(40))
                        .until(() ->
                                supervisor.status().message().contains("Topic moderation.verdicts does not exist"));
                assertThat(supervisor.status().state()).isEqualTo(StreamsStatus.State.WAITING_FOR_TOPICS);

                broker.createTopics(TopicNames.UNPREFIXED, 2);
                awaitState(supervisor, StreamsStatus.State.RUNNING);
            }
        }
    }

    private static void awaitState(StreamsSupervisor supervisor, StreamsStatus.State wanted) {
        await().atMost(Duration.ofSeconds(40)).until(() -> supervisor.status().state() == wanted);
    }

    private StreamConfig config(String bootstrapServers) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .addDefaultInterceptors()
                .withMapping(StreamConfig.class)
                .withSources(new PropertiesConfigSource(
                        Map.of(
                                "bulwark.kafka.bootstrap-servers",
                                bootstrapServers,
                                "bulwark.stream.state-dir",
                                state.toString()),
                        "test",
                        500))
                .build()
                .getConfigMapping(StreamConfig.class);
    }
}
