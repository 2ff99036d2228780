package io.bulwark.stream.runtime;

import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.follow.SchemaFollower;
import io.bulwark.schemas.follow.SchemaPublisher;
import io.bulwark.schemas.topic.Topics;
import io.bulwark.stream.StreamConfig;
import io.bulwark.stream.StreamSettings;
import io.bulwark.stream.missing.UploadRepeater;
import io.bulwark.stream.runtime.StreamsSupervisor.Pauses;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the parts and ties the supervisor's life to the application's. */
@Singleton
class StreamsBeans {

    private static final Pauses PAUSES =
            new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(30));

    @Produces
    @Singleton
    InstanceAddress address(StreamConfig config, @ConfigProperty(name = "quarkus.http.port") int port) {
        return InstanceAddress.parse(config.stream().applicationServer().orElse("localhost:" + port));
    }

    /** For the registry, which Quarkus makes. */
    @Produces
    @Singleton
    MeterFilter storeTag() {
        return new StoreTag();
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
    StreamsSupervisor supervisor(
            StreamConfig config,
            InstanceAddress address,
            MeterRegistry meters,
            SchemaFollower schemas,
            SchemaClients schemaClients,
            BrokerTime brokerTime) {
        var publication = new SchemaPublication(
                new SchemaPublisher(schemaClients), config.schemas().write());
        var clients = new KafkaStreamsClients(
                config,
                address.toString(),
                new StreamMeters(meters, StreamSettings.topics(config)),
                meters,
                schemas,
                publication,
                brokerTime);
        var supervisor = new StreamsSupervisor(clients, PAUSES);
        Gauge.builder("bulwark.stream.running", supervisor, s -> s.status().state() == StreamsState.RUNNING ? 1 : 0)
                .description("1 while all tasks of this instance run")
                .register(meters);
        return supervisor;
    }

    @Produces
    @Singleton
    UploadRepeater repeater(StreamConfig config) {
        Map<String, Object> producer = StreamSettings.kafkaClient(config);
        producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.IMAGES_UPLOADED.maxRecordBytes());
        Map<String, Object> consumer = StreamSettings.kafkaClient(config);
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        return new UploadRepeater(
                () -> new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer()));
    }

    void close(@Disposes UploadRepeater repeater) {
        repeater.close();
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
}
