package io.bulwark.service.loop;

import io.bulwark.schemas.connection.ClientSecurity;
import io.bulwark.schemas.follow.SchemaClients;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.service.config.WorkerConfig;
import io.bulwark.service.loop.LoopSettings.Lane;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the worker's Kafka clients. A seam for tests that put faults between the loop and a real broker. */
public interface KafkaClients {

    /** What topics are called on the broker. */
    TopicNames topics();

    /** A member of the lane's group; not subscribed yet. */
    Consumer<byte[], byte[]> uploadsConsumer(Lane lane);

    /** A consumer without a group, for a topic that is followed whole. */
    Consumer<byte[], byte[]> followingConsumer();

    /** What a worker asks the broker about its own rights with. */
    Admin admin();

    /** Clients with which the schemas are published and followed. */
    SchemaClients schemaClients();

    /** A transactional producer, not initialised; each of one lane of one process has the same transactional id. */
    Producer<byte[], byte[]> producer(Lane lane);

    /** Clients of a real broker, with the settings that the loop's guarantees rest on; those win over the user's. */
    final class BrokerClients implements KafkaClients {

        /**
         * No single call of a client blocks longer, so that the thread watch never sees a stuck thread for a dead
         * broker.
         */
        private static final int CALL_MILLIS = 15_000;

        private final WorkerConfig config;
        private final WorkerConfig.Kafka kafka;
        private final TopicNames topics;
        private final int fetchBytes;
        private final String transactionalId;
        private final AtomicInteger followers = new AtomicInteger();

        public BrokerClients(WorkerConfig config) {
            this.config = config;
            this.kafka = config.kafka();
            this.topics = TopicNames.of(config.topics().prefix());
            // A fetch is one array: one of megabytes is promoted to the old generation at once.
            this.fetchBytes = (int) Math.min(
                    Integer.MAX_VALUE, config.batch().maxInFlightBytes().asLongValue() / 32);
            this.transactionalId = topics.prefixed(kafka.group()) + "-"
                    + kafka.instance().orElseGet(() -> UUID.randomUUID().toString());
        }

        /** The name by which verdicts and transactions know this worker. */
        public String workerId() {
            return transactionalId;
        }

        @Override
        public TopicNames topics() {
            return topics;
        }

        @Override
        public Consumer<byte[], byte[]> uploadsConsumer(Lane lane) {
            Map<String, Object> settings = consumerSettings(lane.label());
            settings.put(ConsumerConfig.GROUP_ID_CONFIG, lane.group(topics.prefixed(kafka.group())));
            kafka.instance().ifPresent(instance -> settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance));
            settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
            settings.put(
                    ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
            settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int)
                    kafka.sessionTimeout().toMillis());
            settings.put(
                    ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                    (int) kafka.sessionTimeout().toMillis() / 5);
            settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, LoopSettings.pollRecords(config, lane));
            settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetchBytes);
            settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 200);
            return new KafkaConsumer<>(settings);
        }

        @Override
        public Consumer<byte[], byte[]> followingConsumer() {
            Map<String, Object> settings = consumerSettings("follower-" + followers.incrementAndGet());
            // Records are answered at once. Of empty answers each costs broker and worker as much as a small
            // transaction's part.
            settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
            return new KafkaConsumer<>(settings);
        }

        /** A consumer without a group that reads single records; read_committed. */
        public Consumer<byte[], byte[]> recordsConsumer() {
            Map<String, Object> settings = consumerSettings("records-" + followers.incrementAndGet());
            settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
            // At least one batch comes, however large; no other is wanted.
            settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 1);
            return new KafkaConsumer<>(settings);
        }

        @Override
        public Admin admin() {
            return Admin.create(commonSettings("admin"));
        }

        @Override
        public SchemaClients schemaClients() {
            Map<String, Object> settings = commonSettings("schemas");
            settings.putAll(topics.properties());
            return SchemaClients.of(settings);
        }

        @Override
        public Producer<byte[], byte[]> producer(Lane lane) {
            Map<String, Object> settings = producerSettings(lane.named("answers"));
            settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, lane.named(transactionalId));
            settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int)
                    kafka.transactionTimeout().toMillis());
            // The default of 100 ms makes each transaction wait for the end of the one before: p95 from 14 to 244 ms.
            settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
            settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 500);
            settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, (int)
                    kafka.maxRecordBytes().asLongValue());
            settings.put(
                    ProducerConfig.BUFFER_MEMORY_CONFIG,
                    Math.max(32L << 20, 2 * kafka.maxRecordBytes().asLongValue()));
            return new KafkaProducer<>(settings);
        }

        /** A producer without transactions, of records that all replicas acknowledge. */
        public Producer<byte[], byte[]> plainProducer() {
            Map<String, Object> settings = producerSettings("records");
            settings.put(ProducerConfig.ACKS_CONFIG, "all");
            settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            return new KafkaProducer<>(settings);
        }

        private Map<String, Object> producerSettings(String purpose) {
            Map<String, Object> settings = commonSettings(purpose);
            settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CALL_MILLIS);
            settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
            settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, CALL_MILLIS);
            settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
            settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
            settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
            return settings;
        }

        private Map<String, Object> consumerSettings(String purpose) {
            Map<String, Object> settings = commonSettings(purpose);
            settings.put(
                    ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                    IsolationLevel.READ_COMMITTED.toString().toLowerCase(Locale.ROOT));
            settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
            settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
            settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
            settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
            settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
            settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
            return settings;
        }

        private Map<String, Object> commonSettings(String purpose) {
            Map<String, Object> settings = new HashMap<>(kafka.properties());
            settings.putAll(new ClientSecurity(kafka.security()).properties());
            settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
            settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, transactionalId + "-" + purpose);
            settings.putIfAbsent(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
            return settings;
        }
    }
}
