package io.bulwark.stream.review;
import io.bulwark.stream.problem.Problem;

import io.bulwark.schemas.connection.ConnectionFaults;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/** Reads stretches of a topic's committed records, all within one time. One thread uses it. */
final class TopicScan implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final String topic;
    private final long deadline;
    private final Duration within;
    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * @param clients what every Kafka client needs
     * @param within how long all that is asked of it may take
     */
    TopicScan(Map<String, Object> clients, String topic, Duration within) {
        this.topic = topic;
        this.within = within;
        this.deadline = System.nanoTime() + within.toNanos();
        var settings = new HashMap<>(clients);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) within.toMillis());
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The partition in which records of this key lie. */
    TopicPartition partitionOf(byte[] key) {
        return new TopicPartition(
                topic, Utils.toPositive(Utils.murmur2(key)) % partitions().size());
    }

    /** All partitions. */
    List<TopicPartition> partitions() {
        return asked(() -> {
            List<TopicPartition> found = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            if (found.isEmpty()) {
                throw Problem.NO_KAFKA.with("The broker has no topic " + topic + ".");
            }
            return found;
        });
    }

    /** The offset before which a partition's records stand that are there now. */
    long end(TopicPartition partition) {
        return asked(() -> consumer.endOffsets(Set.of(partition)).get(partition));
    }

    /** The offset of a partition's oldest record. */
    long beginning(TopicPartition partition) {
        return asked(() -> consumer.beginningOffsets(Set.of(partition)).get(partition));
    }

    /**
     * The offset of the first record that is no older than this.
     *
     * @param otherwise where there is none
     */
    long since(TopicPartition partition, Instant time, long otherwise) {
        OffsetAndTimestamp first = asked(() ->
                consumer.offsetsForTimes(Map.of(partition, time.toEpochMilli())).get(partition));
        return first == null ? otherwise : first.offset();
    }

    /** Reads the records from one offset up to another, in their order. */
    void read(TopicPartition partition, long from, long until, Consumer<ConsumerRecord<byte[], byte[]>> taker) {
        asked(() -> {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            while (consumer.position(partition) < until) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() < until) {
                        taker.accept(record);
                    }
                }
                if (System.nanoTime() - deadline > 0) {
                    throw Problem.NO_KAFKA.with(topic + " could not be read within " + within.toSeconds() + " s.");
                }
            }
            return null;
        });
    }

    private <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (KafkaException refused) {
            throw Problem.NO_KAFKA.with(topic + " cannot be read. "
                            + ConnectionFaults.explain(refused).orElseGet(refused::getMessage),
                    refused);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
