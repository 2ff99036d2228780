package io.bulwark.stream.feed;

import io.bulwark.events.RecordCoordinates;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.stream.runtime.ConsumerLoop;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Follows all partitions of one topic and fills the feed. It starts as far before the ends as the ring holds, and
 * merges that stretch by the records' timestamps; from there on it shows records as they arrive. After a failure it
 * continues behind the last record that was shown. A record that the sink fails on is passed over and logged.
 */
final class FeedTail<T extends SpecificRecord> extends ConsumerLoop {

    private static final Logger LOG = Logger.getLogger(FeedTail.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration METADATA = Duration.ofSeconds(10);
    private static final Duration LOOK_FOR_PARTITIONS = Duration.ofSeconds(60);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final String topic;
    private final EventDecoder<T> decoder;
    private final Sink<T> sink;
    private final int history;
    private final Map<TopicPartition, Long> positions = new HashMap<>(); // of the tail's thread alone
    private boolean told; // of the tail's thread alone: the sink knows where reading starts
    private boolean started; // of the tail's thread alone: the history is shown
    private volatile long lag;

    /**
     * @param consumers makes a read_committed consumer without a group
     * @param sink takes what was read
     * @param history how many records the ring holds
     */
    FeedTail(
            String topic,
            Supplier<Consumer<byte[], byte[]>> consumers,
            EventDecoder<T> decoder,
            Sink<T> sink,
            int history) {
        super("feed-tail-" + topic, consumers);
        this.topic = topic;
        this.decoder = decoder;
        this.sink = sink;
        this.history = history;
    }

    @Override
    public void close() {
        stop(CLOSE_WITHIN);
        decoder.close();
    }

    String topic() {
        return topic;
    }

    /** Records of the partition that is furthest behind which are not shown yet, as of the last poll. Any thread. */
    long lag() {
        return lag;
    }

    @Override
    protected void follow(Consumer<byte[], byte[]> opened) {
        long lookAt = assign(opened);
        if (positions.isEmpty()) {
            return; // the topic is not there yet
        }
        if (!started) {
            readHistory(opened);
            started = true;
        }
        while (!isStopping()) {
            ConsumerRecords<byte[], byte[]> polled = opened.poll(POLL);
            lag = behind(opened, polled);
            polled.forEach(this::show);
            opened.assignment().forEach(partition -> positions.put(partition, opened.position(partition)));
            lag = behind(opened, ConsumerRecords.empty());
            if (System.nanoTime() - lookAt > 0) {
                lookAt = assign(opened);
            }
        }
    }

    /** Records not polled, or polled and not shown, of the partition with most of them. */
    private static long behind(Consumer<byte[], byte[]> opened, ConsumerRecords<byte[], byte[]> inHand) {
        return opened.assignment().stream()
                .mapToLong(partition -> opened.currentLag(partition).orElse(0)
                        + inHand.records(partition).size())
                .max()
                .orElse(0);
    }

    /** Assigns all partitions: known ones at their positions, new ones at the start of the history. */
    private long assign(Consumer<byte[], byte[]> opened) {
        List<TopicPartition> partitions = opened.partitionsFor(topic, METADATA).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        opened.assign(partitions);
        List<TopicPartition> added = partitions.stream()
                .filter(partition -> !positions.containsKey(partition))
                .toList();
        if (started) {
            added.forEach(partition -> positions.put(partition, 0L));
        } else {
            positions.putAll(historyStart(opened, added));
        }
        partitions.forEach(partition -> opened.seek(partition, positions.get(partition)));
        return System.nanoTime() + LOOK_FOR_PARTITIONS.toNanos();
    }

    private Map<TopicPartition, Long> historyStart(
            Consumer<byte[], byte[]> opened, Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> first = opened.beginningOffsets(partitions, METADATA);
        Map<TopicPartition, Long> end = opened.endOffsets(partitions, METADATA);
        var start = new HashMap<TopicPartition, Long>();
        partitions.forEach(
                partition -> start.put(partition, Math.max(first.get(partition), end.get(partition) - history)));
        return start;
    }

    private void readHistory(Consumer<byte[], byte[]> opened) {
        var from = new HashMap<Integer, Long>();
        positions.forEach((partition, next) -> from.put(partition.partition(), next));
        if (!told) {
            sink.startAt(from);
            told = true;
        }
        Map<TopicPartition, Long> ends = opened.endOffsets(opened.assignment(), METADATA);
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        while (ends.entrySet().stream().anyMatch(end -> opened.position(end.getKey()) < end.getValue())) {
            opened.poll(POLL).forEach(records::add);
        }
        mergeByTime(records).forEach(this::show);
        opened.assignment().forEach(partition -> positions.put(partition, opened.position(partition)));
    }

    /** By timestamp, but within a partition always by offset. */
    static List<ConsumerRecord<byte[], byte[]>> mergeByTime(List<ConsumerRecord<byte[], byte[]>> records) {
        record Timed(long time, ConsumerRecord<byte[], byte[]> record) {}
        var latest = new HashMap<Integer, Long>();
        var timed = new ArrayList<Timed>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            timed.add(new Timed(latest.merge(record.partition(), record.timestamp(), Math::max), record));
        }
        timed.sort(Comparator.comparingLong(Timed::time));
        return timed.stream().map(Timed::record).toList();
    }

    /**
     * Shows one record, or applies a tombstone, and moves the position past it. The topology sets unreadable records
     * aside.
     *
     * @throws KafkaException where the record may be readable later; the position stays before it
     */
    private void show(ConsumerRecord<byte[], byte[]> record) {
        DecodedEvent<T> decoded = decoder.decodeWaiting(record.topic(), record.value());
        if (decoded instanceof DecodedEvent.Undecodable<T> undecodable
                && undecodable.reason().retriable()) {
            throw new KafkaException(undecodable.detail());
        }
        positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        var at = new RecordCoordinates(record.topic(), record.partition(), record.offset());
        try {
            if (decoded instanceof DecodedEvent.Event<T> event) {
                sink.show(event.value(), at);
            } else if (record.value() == null && record.key() != null) {
                sink.forget(new String(record.key(), StandardCharsets.UTF_8), Instant.ofEpochMilli(record.timestamp()));
            }
        } catch (RuntimeException defect) {
            LOG.errorf(defect, "The feed passes over %s", at);
        }
    }

    /** Takes what a tail reads, on the tail's thread. */
    interface Sink<T> {

        /** Reading starts at these offsets, by partition. Once, before the first record. */
        void startAt(Map<Integer, Long> next);

        /** A record was read, in the order of the offsets of each partition. */
        void show(T record, RecordCoordinates at);

        /** A tombstone was read: records of this key up to that instant are not shown any more. */
        void forget(String key, Instant at);
    }
}
