package io.bulwark.cli.keep;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.traffic.Broker;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics from their first record to what is their committed end now. One thread. */
final class TopicScan {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Broker broker;

    TopicScan(Broker broker) {
        this.broker = broker;
    }

    /**
     * Reads a topic; tombstones are left out, but make what they remove no longer live.
     *
     * @param seen gets each record once, in the order of its partition
     * @throws CommandFailure if there is no such topic
     */
    void read(Topics topic, Consumer<KeptRecord> seen) {
        Map<String, Place> last = topic.cleanup().compacted() ? lastOfKeys(topic) : Map.of();
        try (Decoding decoding = decoding(topic)) {
            each(topic, record -> {
                if (record.value() != null) {
                    String key = key(record);
                    boolean live =
                            last.isEmpty() || new Place(record.partition(), record.offset()).equals(last.get(key));
                    seen.accept(new KeptRecord(
                            topic,
                            record.partition(),
                            record.offset(),
                            key,
                            decoding.read(record.value()),
                            Instant.ofEpochMilli(record.timestamp()),
                            live));
                }
            });
        }
    }

    private Map<String, Place> lastOfKeys(Topics topic) {
        Map<String, Place> last = new HashMap<>();
        each(topic, record -> last.put(key(record), new Place(record.partition(), record.offset())));
        return last;
    }

    /** As {@link #read}, with tombstones and headers, and nothing decoded. */
    void each(Topics topic, Consumer<ConsumerRecord<byte[], byte[]>> seen) {
        Map<String, Object> settings = broker.clientSettings(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                // What is read has been written: a fetch of a transaction's end alone need not wait for more.
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                20));
        try (var consumer =
                new KafkaConsumer<byte[], byte[]>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    Optional.ofNullable(consumer.partitionsFor(broker.topic(topic))).orElse(List.of()).stream()
                            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                            .toList();
            if (partitions.isEmpty()) {
                throw CommandFailure.unavailable("the broker has no topic " + broker.topic(topic)
                        + ": `bulwark topics create` makes it, and so does `bulwark local`");
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(POLL).forEach(seen);
            }
        }
    }

    static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private Decoding decoding(Topics topic) {
        return topic.valueClass().isPresent()
                ? new Decoding(
                        broker.topic(topic),
                        Optional.of(new EventDecoder<>(topic.valueClass().get(), broker.clientSettings(Map.of()))))
                : new Decoding(broker.topic(topic), Optional.empty());
    }

    /** Where a record lies in its topic. */
    private record Place(int partition, long offset) {}

    /** Reads the values of one topic. */
    private record Decoding(String topic, Optional<EventDecoder<? extends SpecificRecord>> decoder)
            implements AutoCloseable {

        SpecificRecord read(byte[] value) {
            return decoder.map(known ->
                            known.decode(topic, value) instanceof DecodedEvent.Event<? extends SpecificRecord> event
                                    ? (SpecificRecord) event.value()
                                    : null)
                    .orElse(null);
        }

        @Override
        public void close() {
            decoder.ifPresent(EventDecoder::close);
        }
    }
}
