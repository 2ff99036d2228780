package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.connection.ClientSecurity;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.serde.EventSerializer;
import io.bulwark.schemas.serde.SerdeSettings;
import io.bulwark.schemas.topic.TopicNames;
import io.bulwark.schemas.topic.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where Kafka and, if any, the schema registry are, and how to be let in.
 *
 * @param bootstrapServers {@code host:port} of one or more brokers, separated by commas
 * @param registryUrl of the schema registry; empty for single-object encoding
 * @param security of the connection to Kafka; empty for none
 * @param properties further ones of Kafka's clients
 * @param schemas the release of the schemas that records are written in
 * @param topics what topics, groups and transactions are called there
 * @param restrictedLabels {@code bulwark.restricted.labels}: such a label has hashes alone, and no embedding
 */
public record Broker(
        String bootstrapServers,
        Optional<String> registryUrl,
        Optional<ClientSecurity> security,
        Map<String, String> properties,
        int schemas,
        TopicNames topics,
        Set<String> restrictedLabels) {

    public Broker {
        properties = Map.copyOf(properties);
        restrictedLabels = Set.copyOf(restrictedLabels);
    }

    /** A broker of whose labels none is restricted. */
    public Broker(
            String bootstrapServers,
            Optional<String> registryUrl,
            Optional<ClientSecurity> security,
            Map<String, String> properties,
            int schemas,
            TopicNames topics) {
        this(bootstrapServers, registryUrl, security, properties, schemas, topics, Set.of());
    }

    /** A broker without a registry that lets everybody in. */
    public static Broker at(String bootstrapServers) {
        return at(bootstrapServers, TopicNames.UNPREFIXED);
    }

    /** The same, whose topics have a prefix. */
    public static Broker at(String bootstrapServers, TopicNames topics) {
        return new Broker(
                bootstrapServers, Optional.empty(), Optional.empty(), Map.of(), SerdeSettings.WRITE_DEFAULT, topics);
    }

    /** The topic's name there. */
    public String topic(Topics topic) {
        return topics.of(topic);
    }

    /** The settings of a Kafka client that say so, with others added. */
    public Map<String, Object> clientSettings(Map<String, ?> others) {
        Map<String, Object> settings = new HashMap<>(properties);
        settings.putAll(topics.properties());
        settings.putAll(others);
        security.ifPresent(secured -> settings.putAll(secured.properties()));
        settings.put("bootstrap.servers", bootstrapServers);
        registryUrl.ifPresent(url -> settings.put(SerdeSettings.REGISTRY_URL, url));
        return settings;
    }

    /** A read_committed consumer of bytes in no group, which makes no topic. */
    public KafkaConsumer<byte[], byte[]> consumer(Map<String, ?> others) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false));
        settings.putAll(others);
        return new KafkaConsumer<>(clientSettings(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** @throws CommandFailure if the broker has no such topic */
    public static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        List<TopicPartition> partitions = Optional.ofNullable(consumer.partitionsFor(topic)).orElse(List.of()).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw CommandFailure.unavailable("the broker has no topic " + topic
                    + ": `bulwark topics create` makes it, and so does `bulwark local`");
        }
        return partitions;
    }

    /** What writes records for this broker. Kafka's clients do not configure a serializer that they are handed. */
    public <T extends SpecificRecord> EventSerializer<T> serializer(Class<T> record) {
        EventSerializer<T> serializer = new EventSerializer<>(record);
        serializer.configure(serdeSettings(), false);
        return serializer;
    }

    /** What reads records of this broker. */
    public <T extends SpecificRecord> EventDeserializer<T> deserializer(Class<T> record) {
        EventDeserializer<T> deserializer = new EventDeserializer<>(record);
        deserializer.configure(serdeSettings(), false);
        return deserializer;
    }

    private Map<String, Object> serdeSettings() {
        Map<String, Object> settings = clientSettings(Map.of());
        settings.put(SerdeSettings.WRITE, schemas);
        return settings;
    }
}
