package io.bulwark.cli.pod;

import io.bulwark.cli.traffic.Broker;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A read_committed subscriber of all dead letters, from the first on. One thread uses it. */
final class DeadLetters implements AutoCloseable {

    private final KafkaConsumer<String, byte[]> consumer;
    private final List<TopicPartition> partitions;

    DeadLetters(Broker broker) {
        consumer = new KafkaConsumer<>(
                broker.clientSettings(Map.of("isolation.level", "read_committed", "auto.offset.reset", "earliest")),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        partitions = consumer.partitionsFor(Topics.DEAD_LETTERS.topicName()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
    }

    /** New dead letters since the last poll; waits at most this long for the first. */
    List<DeadLetter> poll(Duration wait) {
        List<DeadLetter> letters = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(wait)) {
            letters.add(new DeadLetter(
                    record.key(), DeadLetterHeaders.readFrom(record.headers()).orElseThrow()));
        }
        return letters;
    }

    /** Those from here to what is the topic's committed end at this moment. */
    List<DeadLetter> toEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        List<DeadLetter> letters = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            letters.addAll(poll(Duration.ofMillis(200)));
        }
        return letters;
    }

    @Override
    public void close() {
        consumer.close();
    }

    /**
     * One of them.
     *
     * @param imageId the key of the record that could not be answered by a verdict
     * @param story why, and where it stood
     */
    record DeadLetter(String imageId, DeadLetterHeaders story) {}
}
