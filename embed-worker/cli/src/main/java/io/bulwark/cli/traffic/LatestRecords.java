package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What a compacted topic holds: the newest committed value of each key. */
public final class LatestRecords {

    private static final Duration UNLIMITED = Duration.ofNanos(Long.MAX_VALUE);

    private LatestRecords() {}

    /**
     * Reads a topic to its end.
     *
     * @return values by key, without removed ones
     * @throws CommandFailure if there is no such topic
     */
    public static SortedMap<String, byte[]> of(Broker broker, Topics topic) {
        SortedMap<String, byte[]> latest = new TreeMap<>();
        each(broker, topic, record -> put(latest, key(record), record.value()));
        return latest;
    }

    /**
     * Reads a topic to its end, every committed record in the order of its partition.
     *
     * @throws CommandFailure if there is no such topic
     */
    public static void each(Broker broker, Topics topic, Consumer<ConsumerRecord<byte[], byte[]>> seen) {
        each(broker, broker.topic(topic), UNLIMITED, seen);
    }

    /**
     * The same of a topic outside the catalogue, such as a changelog.
     *
     * @param topic its name on the broker
     * @param limit how long to read at most
     * @throws CommandFailure if there is no such topic, or its end is not reached within the limit
     */
    public static void each(
            Broker broker, String topic, Duration limit, Consumer<ConsumerRecord<byte[], byte[]>> seen) {
        try (Changes changes = new Changes(broker, topic)) {
            changes.each(limit, seen);
        }
    }

    /** A topic that is read to its end again and again, each time from where it was read to. One thread. */
    public static final class Changes implements AutoCloseable {

        private final String topic;
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final List<TopicPartition> partitions;

        /** @throws CommandFailure if there is no such topic */
        public Changes(Broker broker, Topics topic) {
            this(broker, broker.topic(topic));
        }

        private Changes(Broker broker, String topic) {
            this.topic = topic;
            // What is read has been written: a fetch of a transaction's end alone need not wait for more.
            consumer = broker.consumer(Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20));
            try {
                partitions = Broker.partitions(consumer, topic);
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
            } catch (RuntimeException unread) {
                consumer.close();
                throw unread;
            }
        }

        /** Reads to the present end: the first time all, later only the new. */
        public void each(Consumer<ConsumerRecord<byte[], byte[]>> seen) {
            each(UNLIMITED, seen);
        }

        private void each(Duration limit, Consumer<ConsumerRecord<byte[], byte[]>> seen) {
            long begin = System.nanoTime();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() - begin > limit.toNanos()) {
                    throw CommandFailure.unavailable(
                            "topic " + topic + " was not read to its end within " + limit.toSeconds() + " s");
                }
                consumer.poll(Duration.ofMillis(200)).forEach(seen);
            }
        }

        @Override
        public void close() {
            consumer.close();
        }
    }

    /** A record's key as text; empty where it has none. */
    public static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    private static void put(SortedMap<String, byte[]> latest, String key, byte[] value) {
        if (value == null) {
            latest.remove(key);
        } else {
            latest.put(key, value);
        }
    }
}
