package io.bulwark.cli.traffic;

import io.bulwark.events.Verdict;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A read_committed subscriber of all partitions of a topic, in no group. One thread uses it.
 *
 * @param <T> the topic's record
 */
public final class EventReader<T extends SpecificRecord> implements AutoCloseable {

    private final KafkaConsumer<String, T> consumer;
    private final List<TopicPartition> partitions;

    private EventReader(Broker broker, Topics topic, Class<T> record) {
        this.consumer = new KafkaConsumer<>(
                broker.clientSettings(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)),
                new StringDeserializer(),
                broker.deserializer(record));
        this.partitions = consumer.partitionsFor(broker.topic(topic)).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
    }

    /** Reads every verdict that the topic still holds, oldest first within a partition. */
    public static EventReader<Verdict> verdicts(Broker broker) {
        return fromBeginning(broker, Topics.VERDICTS, Verdict.class);
    }

    /** Reads the verdicts that come after this call. */
    public static EventReader<Verdict> verdictsFromNow(Broker broker) {
        return fromNow(broker, Topics.VERDICTS, Verdict.class);
    }

    /** Reads every record that a topic still holds, oldest first within a partition. */
    public static <T extends SpecificRecord> EventReader<T> fromBeginning(
            Broker broker, Topics topic, Class<T> record) {
        EventReader<T> reader = new EventReader<>(broker, topic, record);
        reader.consumer.seekToBeginning(reader.partitions);
        return reader;
    }

    /** Reads the records that come after this call. */
    public static <T extends SpecificRecord> EventReader<T> fromNow(Broker broker, Topics topic, Class<T> record) {
        EventReader<T> reader = new EventReader<>(broker, topic, record);
        reader.consumer.seekToEnd(reader.partitions);
        reader.partitions.forEach(reader.consumer::position);
        return reader;
    }

    /** The records that are there, tombstones left out, waiting at most so long for the first of them. */
    public List<T> poll(Duration wait) {
        List<T> records = new ArrayList<>();
        for (ConsumerRecord<String, T> record : consumer.poll(wait)) {
            if (record.value() != null) {
                records.add(record.value());
            }
        }
        return records;
    }

    /** All records from here to what is the topic's committed end at this moment. */
    public List<T> toEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<T> records = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            records.addAll(poll(Duration.ofMillis(200)));
        }
        return records;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
