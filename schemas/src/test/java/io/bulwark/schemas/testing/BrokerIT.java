package io.bulwark.schemas.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BrokerIT {
    private static final String TOPIC = Topics.REVIEWS.topicName();

    @BeforeEach
    void topics() {
        TestBroker.createTopics();
    }

    @Test
    void everyTopicOfTheCatalogueIsCreatedAsItSays() throws Exception {
        try (var admin = org.apache.kafka.clients.admin.Admin.create(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers()))) {
            var resources = Arrays.stream(Topics.values())
                    .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName()))
                    .toList();
            var descriptions = admin.describeTopics(
                            resources.stream().map(ConfigResource::name).toList())
                    .allTopicNames()
                    .get();
            var configs = admin.describeConfigs(resources).all().get();
            for (Topics topic : Topics.values()) {
                assertThat(descriptions.get(topic.topicName()).partitions()).hasSize(topic.partitions());
                var config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.topicName()));
                topic.config()
                        .forEach((name, value) ->
                                assertThat(config.get(name).value()).as(name).isEqualTo(value));
            }
        }
    }

    @Test
    void transactionsCommitAndAbortOnTheSingleNode() {
        TestBroker.recreateTopics();
        try (var producer = producer("a-transaction")) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, 0, "k", "aborted"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, 0, "k", "committed"));
            producer.commitTransaction();
        }
        assertThat(readCommitted()).containsExactly("committed");
    }

    @Test
    void recreatedTopicsAreEmpty() throws Exception {
        try (var producer = producer(null)) {
            producer.send(new ProducerRecord<>(TOPIC, 0, "k", "old")).get();
        }
        TestBroker.recreateTopics();
        try (var consumer = consumer()) {
            var partition = new TopicPartition(TOPIC, 0);
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 0L);
        }
    }

    @Test
    void aMisspeltTopicIsNotCreated() {
        try (var producer = producer(null)) {
            assertThatThrownBy(() -> producer.send(new ProducerRecord<>("images.uplaoded", "k", "v"))
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void aBrokerOfOnesOwnIsAnotherBroker() throws Exception {
        try (Broker own = TestBroker.fresh();
                var admin = own.admin()) {
            assertThat(own.bootstrapServers()).isNotEqualTo(TestBroker.bootstrapServers());
            assertThat(admin.listTopics().names().get()).isEmpty();
        }
    }

    private static KafkaProducer<String, String> producer(String transactionalId) {
        var settings = new java.util.HashMap<String, Object>(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers(), "max.block.ms", 5000));
        if (transactionalId != null) {
            settings.put("transactional.id", transactionalId);
            settings.put("max.block.ms", 30000);
        }
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static KafkaConsumer<String, String> consumer() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", TestBroker.bootstrapServers(), "isolation.level", "read_committed"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private static List<String> readCommitted() {
        try (var consumer = consumer()) {
            var partition = new TopicPartition(TOPIC, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var records = consumer.poll(Duration.ofSeconds(30));
            return records.records(partition).stream().map(r -> r.value()).toList();
        }
    }
}
