package io.bulwark.schemas.follow;

import io.bulwark.schemas.topic.TopicNames;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the Kafka clients of the schemas' topic. A seam for tests that put faults between a follower and a broker. */
public interface SchemaClients {

    /** A new consumer without a group, which sees committed records only. */
    Consumer<byte[], byte[]> consumer();

    /** A new producer that waits for all replicas. */
    Producer<byte[], byte[]> producer();

    /** What the topics are called there. */
    default TopicNames topics() {
        return TopicNames.UNPREFIXED;
    }

    /**
     * Clients of a real broker.
     *
     * @param settings those of an application's Kafka clients: where the brokers are and who we are to them, and
     *     {@value TopicNames#SETTING}. Groups and transactions among them are left out.
     */
    static SchemaClients of(Map<String, ?> settings) {
        TopicNames names = TopicNames.in(settings);
        return new SchemaClients() {
            @Override
            public TopicNames topics() {
                return names;
            }

            @Override
            public Consumer<byte[], byte[]> consumer() {
                Map<String, Object> own = common(settings, "schema-follower");
                own.put(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        IsolationLevel.READ_COMMITTED.toString().toLowerCase(Locale.ROOT));
                own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
                own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
                own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
                return new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            }

            @Override
            public Producer<byte[], byte[]> producer() {
                Map<String, Object> own = common(settings, "schema-publisher");
                own.put(ProducerConfig.ACKS_CONFIG, "all");
                own.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
                own.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
                own.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
                own.put(ProducerConfig.LINGER_MS_CONFIG, 0);
                own.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
                return new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
            }
        };
    }

    private static Map<String, Object> common(Map<String, ?> settings, String purpose) {
        var own = new HashMap<String, Object>(settings);
        own.remove(ConsumerConfig.GROUP_ID_CONFIG);
        own.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        own.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        own.remove(TopicNames.SETTING);
        own.compute(
                CommonClientConfigs.CLIENT_ID_CONFIG,
                (name, given) -> given == null ? "bulwark-" + purpose : given + "-" + purpose);
        return own;
    }
}
