package io.bulwark.cli.traffic;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * A topic, read to what is its end now, a thread for a share of the partitions.
 *
 * @param <T> the topic's record
 */
public final class TopicScan<T extends SpecificRecord> {

    private static final Duration POLL = Duration.ofMillis(200);

    private final Broker broker;
    private final String name;
    private final Class<T> type;
    private final Optional<Instant> since;
    private final int threads;

    /**
     * @param since of records that are no older
     * @param threads that read
     */
    public TopicScan(Broker broker, Topics topic, Class<T> type, Optional<Instant> since, int threads) {
        this.broker = broker;
        this.name = broker.topic(topic);
        this.type = type;
        this.since = since;
        this.threads = threads;
    }

    /** What is done with one thread's records. An image's are all of one part, in their order. */
    public interface Part<T> {

        void take(T record);

        /** All images of this id are erased, of every uploader. */
        void erased(String imageId);

        /** A record is none of the topic's. */
        void unreadable();

        /** There are no further records. */
        default void end() {}
    }

    /**
     * Reads the topic.
     *
     * @param made makes a thread's part
     * @return the parts, each with its records
     * @throws CommandFailure if there is no such topic
     */
    public <P extends Part<T>> List<P> read(Supplier<P> made) {
        List<TopicPartition> partitions = partitions();
        List<List<TopicPartition>> shares = new ArrayList<>();
        for (int i = 0; i < Math.min(threads, partitions.size()); i++) {
            shares.add(new ArrayList<>());
        }
        for (int i = 0; i < partitions.size(); i++) {
            shares.get(i % shares.size()).add(partitions.get(i));
        }
        ExecutorService pool = Executors.newFixedThreadPool(shares.size());
        try {
            List<Future<P>> reading = new ArrayList<>();
            for (List<TopicPartition> share : shares) {
                reading.add(pool.submit(() -> read(share, made.get())));
            }
            List<P> parts = new ArrayList<>();
            for (Future<P> part : reading) {
                parts.add(part.get());
            }
            return parts;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw CommandFailure.failed(name + " could not be read", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted while reading " + name, interrupted);
        } finally {
            pool.shutdownNow();
        }
    }

    private List<TopicPartition> partitions() {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            return Broker.partitions(consumer, name);
        }
    }

    private Consumer<byte[], byte[]> consumer() {
        return broker.consumer(Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                4 << 20,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5_000));
    }

    private <P extends Part<T>> P read(List<TopicPartition> partitions, P part) {
        try (Consumer<byte[], byte[]> consumer = consumer();
                EventDecoder<T> decoder = new EventDecoder<>(type, broker.clientSettings(Map.of()))) {
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            seek(consumer, partitions, ends);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    take(part, decoder, record);
                }
            }
        }
        part.end();
        return part;
    }

    private void seek(
            Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
        if (since.isEmpty()) {
            consumer.seekToBeginning(partitions);
            return;
        }
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, since.get().toEpochMilli()));
        Map<TopicPartition, OffsetAndTimestamp> first = consumer.offsetsForTimes(times);
        partitions.forEach(partition -> consumer.seek(
                partition,
                first.get(partition) == null
                        ? ends.get(partition)
                        : first.get(partition).offset()));
    }

    private void take(Part<T> part, EventDecoder<T> decoder, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            if (record.key() != null) {
                part.erased(new String(record.key(), StandardCharsets.UTF_8));
            }
        } else if (decoder.decode(name, record.value()) instanceof DecodedEvent.Event<T> event) {
            part.take(event.value());
        } else {
            part.unreadable();
        }
    }
}
