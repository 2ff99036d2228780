package io.bulwark.stream.runtime;

import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.runtime.StreamsSupervisor.Pauses;
import io.bulwark.stream.runtime.StreamsSupervisor.StreamsStatus;
import io.bulwark.stream.state.Restriction;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/** Makes the parts, and starts and stops the supervisor with the application. */
@Singleton
class StreamsBeans {

    private static final Pauses PAUSES =
            new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(30), Duration.ofMinutes(5));

    @Produces
    @Singleton
    InstanceAddress address(StreamConfig config, @ConfigProperty(name = "quarkus.http.port") int port) {
        return InstanceAddress.parse(config.stream().applicationServer().orElse("localhost:" + port));
    }

    /**
     * Names a state store by the tag {@code store}, whatever its kind. Kafka Streams has a tag for each kind
     * ({@code rocksdb-state-id}, {@code rocksdb-window-state-id}, and more), and Prometheus takes only one set of tags
     * for a metric: without this, the stores of the second kind are not exported at all.
     */
    @Produces
    @Singleton
    static MeterFilter storeTag() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().startsWith("kafka.stream.state.")
                        ? id.replaceTags(id.getTags().stream()
                                .map(tag -> tag.getKey().matches(".+[-.]state[-.]id")
                                        ? Tag.of("store", tag.getValue())
                                        : tag)
                                .toList())
                        : id;
            }
        };
    }

    /**
     * Live while there is a supervisor that can start Kafka Streams again. A client that ended and has been closing for
     * five minutes keeps the lock on the state, so no other can start: then only a restart of the process helps.
     */
    @Produces
    @Liveness
    @Singleton
    HealthCheck liveness(StreamsSupervisor supervisor) {
        return () -> HealthCheckResponse.named("streams-supervisor")
                .status(supervisor.isAlive())
                .build();
    }

    /** Ready while all tasks of this instance run. */
    @Produces
    @Readiness
    @Singleton
    HealthCheck readiness(StreamsSupervisor supervisor) {
        return () -> {
            StreamsStatus status = supervisor.status();
            return HealthCheckResponse.named("kafka-streams")
                    .status(status.state() == StreamsStatus.State.RUNNING)
                    .withData("state", status.state().name())
                    .withData("message", status.message())
                    .build();
        };
    }

    @Produces
    @Singleton
    SchemaClients schemaClients(StreamConfig config) {
        return SchemaClients.of(StreamSettings.kafkaClient(config));
    }

    @Produces
    @Singleton
    SchemaFollower schemas(StreamConfig config, SchemaClients clients) {
        return new SchemaFollower(clients, config.schemas().patience());
    }

    @Produces
    @Singleton
    BrokerTime brokerTime(StreamConfig config) {
        return new BrokerTime(StreamSettings.topics(config), () -> Admin.create(StreamSettings.kafkaClient(config)));
    }

    @Produces
    @Singleton
    Restriction restriction(StreamConfig config) {
        return new Restriction(config.restricted().labels().orElse(Set.of()));
    }

    @Produces
    @Singleton
    StreamsSupervisor supervisor(
            StreamConfig config,
            InstanceAddress address,
            MeterRegistry meters,
            SchemaFollower schemas,
            SchemaClients schemaClients,
            BrokerTime brokerTime,
            Restriction restriction) {
        var publication = new KafkaStreamsClients.SchemaPublication(
                new SchemaPublisher(schemaClients), config.schemas().write());
        var clients = new KafkaStreamsClients(
                config,
                address.toString(),
                new StreamMeters(meters, StreamSettings.topics(config)),
                meters,
                schemas,
                publication,
                brokerTime,
                restriction);
        var supervisor = new StreamsSupervisor(clients, PAUSES);
        Gauge.builder(
                        "bulwark.stream.running",
                        supervisor,
                        s -> s.status().state() == StreamsStatus.State.RUNNING ? 1 : 0)
                .description("1 while all tasks of this instance run")
                .register(meters);
        return supervisor;
    }

    void start(
            @Observes StartupEvent event, StreamsSupervisor supervisor, SchemaFollower schemas, BrokerTime brokerTime) {
        brokerTime.start();
        schemas.start();
        supervisor.start();
    }

    void stop(
            @Observes ShutdownEvent event,
            StreamsSupervisor supervisor,
            SchemaFollower schemas,
            BrokerTime brokerTime) {
        supervisor.close();
        schemas.close();
        brokerTime.close();
    }

    /**
     * The time that the brokers wrote on the newest record of the cluster, looked up every half a minute: what idle
     * tasks compare this machine's clock with. No machine of ours writes it, for the topics have {@code
     * LogAppendTime}. Any thread may ask.
     */
    static final class BrokerTime implements Supplier<Optional<Instant>>, AutoCloseable {

        private static final Logger LOG = Logger.getLogger(BrokerTime.class);
        private static final Duration EVERY = Duration.ofSeconds(30);
        private static final Duration WITHIN = Duration.ofSeconds(10);

        /** Topics that get records whenever images are moderated. */
        private static final List<Topics> TOPICS = List.of(Topics.IMAGES_UPLOADED, Topics.VERDICTS, Topics.DECISIONS);

        private final List<String> names;
        private final Supplier<Admin> admins;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "broker-time");
            thread.setDaemon(true);
            return thread;
        });
        private volatile Optional<Instant> newest = Optional.empty();

        /**
         * @param names what the topics are called on the broker
         * @param admins makes a client, which is closed after each look
         */
        BrokerTime(TopicNames names, Supplier<Admin> admins) {
            this.names = TOPICS.stream().map(names::of).toList();
            this.admins = admins;
        }

        void start() {
            clock.scheduleWithFixedDelay(this::tick, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }

        /** Empty until the first look succeeds, and while the topics are empty. What was known stays known. */
        @Override
        public Optional<Instant> get() {
            return newest;
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }

        private void tick() {
            try (Admin admin = admins.get()) {
                look(admin);
            } catch (ExecutionException | TimeoutException | KafkaException trouble) {
                LOG.debugf(trouble, "The brokers' time is not known now");
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }

        /** Looks once. */
        void look(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
            Map<String, TopicDescription> topics =
                    admin.describeTopics(names).allTopicNames().get(WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            Map<TopicPartition, OffsetSpec> asked = topics.values().stream()
                    .flatMap(topic -> topic.partitions().stream()
                            .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                    .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.maxTimestamp()));
            long found = admin.listOffsets(asked).all().get(WITHIN.toMillis(), TimeUnit.MILLISECONDS).values().stream()
                    .mapToLong(ListOffsetsResultInfo::timestamp)
                    .max()
                    .orElse(-1);
            if (found >= 0) {
                newest = Optional.of(Instant.ofEpochMilli(found));
            }
        }
    }
}
