package io.bulwark.schemas.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.events.AttackCampaign;
import io.bulwark.schemas.access.Role;
import io.bulwark.schemas.access.Role.AccessNames;
import io.bulwark.schemas.connection.ClientSecurity;
import io.bulwark.schemas.follow.SchemaFollower.SchemaTopicException;
import io.bulwark.schemas.serde.BundledSchemas;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.DecodedEvent.Event;
import io.bulwark.schemas.serde.DecodedEvent.Reason;
import io.bulwark.schemas.serde.DecodedEvent.Undecodable;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.testing.GivenSecurity;
import io.bulwark.schemas.testing.SampleEvents;
import io.bulwark.schemas.testing.SecuredBroker;
import io.bulwark.schemas.testing.TestBroker;
import io.bulwark.schemas.testing.TomorrowsEvents;
import io.bulwark.schemas.topic.SchemaKey;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedSchemasIT {
    private static final Schema OF_TOMORROW = TomorrowsEvents.schema(AttackCampaign.class);
    private static final AttackCampaign CAMPAIGN = SampleEvents.attackCampaign();

    @TempDir
    private Path folder;

    private final Map<String, Object> kafka = Map.of("bootstrap.servers", TestBroker.bootstrapServers());
    private final SchemaClients clients = SchemaClients.of(kafka);

    @BeforeEach
    void topics() {
        TestBroker.recreateTopics();
    }

    @Test
    void aReaderThatMeetsAValueBeforeItsSchemaReadsItOnceTheSchemaCame() throws Exception {
        send(Topics.REVIEWS, "image-1", TomorrowsEvents.bytes(CAMPAIGN));
        try (var follower = new SchemaFollower(clients, Duration.ofSeconds(30))) {
            follower.start();
            try (var decoder = new EventDecoder<>(AttackCampaign.class, follower.addTo(kafka))) {
                Awaitility.await().until(follower::hasCaughtUp);
                var value = read(Topics.REVIEWS).get(0).value();

                assertThat(reason(decoder.decode("t", value))).isEqualTo(Reason.SCHEMA_AWAITED);
                assertThat(Reason.SCHEMA_AWAITED.retriable()).isTrue();
                var waiting = CompletableFuture.supplyAsync(() -> decoder.decodeWaiting("t", value));
                publish(OF_TOMORROW);

                assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(new Event<>(CAMPAIGN));
                assertThat(decoder.decode("t", value)).isEqualTo(new Event<>(CAMPAIGN));
            }
        }
    }

    /** Kafka's way: the deserializer is made by the client and is given the schemas through its properties. */
    @Test
    void aConsumersDeserializerWaitsForTheSchema() throws Exception {
        send(Topics.REVIEWS, "image-1", TomorrowsEvents.bytes(CAMPAIGN));
        try (var follower = new SchemaFollower(clients, Duration.ofSeconds(30))) {
            follower.start();
            var settings = follower.addTo(kafka);
            settings.put("value.deserializer", CampaignDeserializer.class);
            settings.put("key.deserializer", ByteArrayDeserializer.class);
            try (var consumer = new KafkaConsumer<byte[], AttackCampaign>(settings)) {
                var reading = CompletableFuture.supplyAsync(() -> readAll(consumer, Topics.REVIEWS));
                publish(OF_TOMORROW);

                assertThat(reading.get(30, TimeUnit.SECONDS))
                        .extracting(ConsumerRecord::value)
                        .containsExactly(CAMPAIGN);
            }
        }
    }

    @Test
    void schemasUnderAPrefixAreOnTheTopicOfThatPrefixAlone() {
        var acme = new TopicNames("schemas-it.");
        TestBroker.createTopics(acme);
        Map<String, Object> prefixed = new HashMap<>(kafka);
        prefixed.putAll(acme.properties());

        assertThat(new SchemaPublisher(SchemaClients.of(prefixed)).publish(1)).isPositive();
        assertThat(new SchemaPublisher(SchemaClients.of(prefixed)).publish(1)).isZero();
        assertThat(read(Topics.SCHEMAS)).as("of no prefix").isEmpty();
    }

    @Test
    void aSchemaThatDoesNotComeIsUnknownWhenItsTimeIsUp() {
        try (var follower = new SchemaFollower(clients, Duration.ofMillis(200))) {
            follower.start();
            try (var decoder = new EventDecoder<>(AttackCampaign.class, follower.addTo(kafka))) {
                var decoded = decoder.decodeWaiting("t", TomorrowsEvents.bytes(CAMPAIGN));

                assertThat(reason(decoded)).isEqualTo(Reason.UNKNOWN_SCHEMA);
                assertThat(((Undecodable<AttackCampaign>) decoded).detail())
                        .contains(SchemaKey.of(OF_TOMORROW).toString())
                        .contains("moderation.schemas");
            }
        }
    }

    @Test
    void aReleaseIsPublishedOnceAndReadersFindIt() {
        assertThat(new SchemaPublisher(clients).publish(1))
                .isEqualTo(BundledSchemas.get().written(1).size());
        assertThat(new SchemaPublisher(clients).publish(1)).isZero();
        assertThat(new SchemaPublisher(clients).publish(2))
                .as("the Verdict of release 2")
                .isOne();
        assertThat(new SchemaPublisher(clients).publish(3))
                .as("Verdict, AttackAudit, AttackCampaign, Reference, Review and UploaderStats of release 3")
                .isEqualTo(6);

        assertThat(read(Topics.SCHEMAS))
                .hasSize(BundledSchemas.get().written(1).size() + 7)
                .allSatisfy(record -> {
                    var schema = new Schema.Parser().parse(new String(record.value(), StandardCharsets.UTF_8));
                    assertThat(record.key())
                            .asString(StandardCharsets.UTF_8)
                            .isEqualTo(SchemaKey.of(schema).toString());
                    assertThat(schema.toString()).doesNotContain("java");
                });
        try (var follower = new SchemaFollower(clients, Duration.ZERO)) {
            follower.start();
            Awaitility.await().until(follower::hasCaughtUp);
            assertThat(BundledSchemas.get().written(3))
                    .allMatch(schema -> follower.schemas()
                                    .findByFingerprint(SchemaKey.of(schema).fingerprint())
                            != null);
            assertThat(follower.rejected()).isEmpty();
        }
    }

    /** Compaction would leave a reader that comes later with the last record only. */
    @Test
    void aSpoiltSchemaIsPublishedAgain() {
        new SchemaPublisher(clients).publish(1);
        var reviewKey = SchemaKey.of(BundledSchemas.get().written(1, AttackCampaign.class));
        send(Topics.SCHEMAS, reviewKey.toString(), "rubbish".getBytes(StandardCharsets.UTF_8));
        assertThat(new SchemaPublisher(clients).publish(1)).isOne();
        send(Topics.SCHEMAS, reviewKey.toString(), null);
        assertThat(new SchemaPublisher(clients).publish(1)).isOne();
        assertThat(new SchemaPublisher(clients).publish(1)).isZero();
    }

    @Test
    void aMissingTopicIsNamed() {
        try (var broker = TestBroker.fresh()) {
            var publisher =
                    new SchemaPublisher(SchemaClients.of(Map.of("bootstrap.servers", broker.bootstrapServers())));

            assertThatThrownBy(() -> publisher.publish(1))
                    .isInstanceOf(SchemaTopicException.class)
                    .hasMessageContaining("moderation.schemas does not exist");
        }
    }

    @Test
    void aRightThatIsMissingIsNamed() throws Exception {
        try (var broker = new SecuredBroker(folder)) {
            broker.addUser("worker", "secret", Role.WORKER);
            broker.addUser("reviewer", "secret", Role.REVIEWER);
            assertThat(secured(broker, "worker").publish(1)).isPositive();
            assertThatThrownBy(() -> secured(broker, "reviewer").publish(1))
                    .isInstanceOf(SchemaTopicException.class)
                    .hasMessageContaining("denies READ on topic moderation.schemas")
                    .hasMessageContaining("READ and WRITE");

            var read = Role.WORKER.bindings(AccessNames.DEFAULT, "User:reviewer").stream()
                    .filter(binding -> binding.pattern().name().equals(Topics.SCHEMAS.topicName()))
                    .filter(binding -> binding.entry().operation().name().equals("READ"))
                    .toList();
            try (var admin = broker.admin()) {
                admin.createAcls(read).all().get();
            }
            Awaitility.await()
                    .untilAsserted(() -> assertThatThrownBy(
                                    () -> secured(broker, "reviewer").publish(2))
                            .isInstanceOf(SchemaTopicException.class)
                            .hasMessageContaining("denies WRITE on topic moderation.schemas"));
        }
    }

    /** What Kafka can make by its name. */
    public static final class CampaignDeserializer
            implements org.apache.kafka.common.serialization.Deserializer<AttackCampaign> {
        private final EventDeserializer<AttackCampaign> events = new EventDeserializer<>(AttackCampaign.class);

        @Override
        public void configure(Map<String, ?> settings, boolean isKey) {
            events.configure(settings, isKey);
        }

        @Override
        public AttackCampaign deserialize(String topic, byte[] value) {
            return events.deserialize(topic, value);
        }
    }

    private static SchemaPublisher secured(SecuredBroker broker, String user) {
        var settings = new HashMap<String, Object>(
                new ClientSecurity(GivenSecurity.scram(broker.authority(), user, "secret")).properties());
        settings.put("bootstrap.servers", broker.servers(SecuredBroker.Door.SCRAM));
        return new SchemaPublisher(SchemaClients.of(settings));
    }

    private static Reason reason(DecodedEvent<AttackCampaign> decoded) {
        assertThat(decoded).isInstanceOf(Undecodable.class);
        return ((Undecodable<AttackCampaign>) decoded).reason();
    }

    private void publish(Schema schema) {
        send(Topics.SCHEMAS, TomorrowsEvents.key(schema), TomorrowsEvents.value(schema));
    }

    private void send(Topics topic, String key, byte[] value) {
        try (var producer = new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.topicName(), 0, key.getBytes(StandardCharsets.UTF_8), value));
        }
    }

    private List<ConsumerRecord<byte[], byte[]>> read(Topics topic) {
        try (var consumer = new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return readAll(consumer, topic);
        }
    }

    private static <V> List<ConsumerRecord<byte[], V>> readAll(KafkaConsumer<byte[], V> consumer, Topics topic) {
        var partition = new TopicPartition(topic.topicName(), 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        var records = new java.util.ArrayList<ConsumerRecord<byte[], V>>();
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (consumer.position(partition) < end) {
            consumer.poll(Duration.ofMillis(200)).forEach(records::add);
        }
        return records;
    }
}
