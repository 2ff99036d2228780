package io.bulwark.lab.traffic;

import io.bulwark.events.Verdict;
import io.bulwark.schemas.serde.EventDeserializer;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A read_committed subscriber of all partitions of the verdict topic, in no group. One thread uses it.
 */
public final class VerdictReader implements AutoCloseable {

    private final KafkaConsumer<String, Verdict> consumer;
    private final List<TopicPartition> partitions;

    private VerdictReader(Broker broker) {
        this.consumer = new KafkaConsumer<>(
                broker.clientSettings(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)),
                new StringDeserializer(),
                new EventDeserializer<>(Verdict.class));
        this.partitions = consumer.partitionsFor(Topics.VERDICTS.topicName()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
    }

    /** Reads every verdict that the topic still holds, oldest first within a partition. */
    public static VerdictReader fromBeginning(Broker broker) {
        VerdictReader reader = new VerdictReader(broker);
        reader.consumer.seekToBeginning(reader.partitions);
        return reader;
    }

    /** Reads the verdicts that come after this call. */
    public static VerdictReader fromNow(Broker broker) {
        VerdictReader reader = new VerdictReader(broker);
        reader.consumer.seekToEnd(reader.partitions);
        reader.partitions.forEach(reader.consumer::position);
        return reader;
    }

    /** The verdicts that are there, waiting at most so long for the first of them. */
    public List<Verdict> poll(Duration wait) {
        List<Verdict> verdicts = new ArrayList<>();
        for (ConsumerRecord<String, Verdict> record : consumer.poll(wait)) {
            if (record.value() != null) {
                verdicts.add(record.value());
            }
        }
        return verdicts;
    }

    /** All verdicts from here to what is the topic's committed end at this moment. */
    public List<Verdict> toEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<Verdict> verdicts = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            verdicts.addAll(poll(Duration.ofMillis(200)));
        }
        return verdicts;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
