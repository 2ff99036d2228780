package io.bulwark.service.follow;

import io.bulwark.schemas.connection.ConnectionFaults;
import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.service.lifecycle.NanoClock;
import io.bulwark.service.lifecycle.ThreadWatch;
import io.bulwark.service.telemetry.WorkerLog;
import io.bulwark.service.telemetry.WorkerMetrics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Follows one topic on its own thread. Changes that come close together are published together: the first waits for
 * the coalescing time, then whatever came by then is published.
 *
 * <p>It has no group: every worker reads all partitions from their begin. A record that cannot be read yet is asked for
 * again every {@link #PAUSE_AFTER_FAILURE}, and what was read stays; if the broker fails, reading begins again, while
 * what is in use stays; if there is no such topic, it is looked for again every {@link #LOOK_AGAIN}.
 */
public final class TopicFollower implements AutoCloseable {

    /** Records end a poll early; what a clock makes stale, and a stop, wait for its end. */
    private static final Duration POLL = Duration.ofMillis(500);

    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Followed followed;
    private final Duration coalesce;
    private final NanoClock clock;
    private final ThreadWatch watch;
    private final Thread thread;
    private final CountDownLatch stopRequested = new CountDownLatch(1);
    private String lastTold = ""; // of the thread alone

    /**
     * Makes a follower.
     *
     * @param name of its thread
     * @param consumers each call gives a new consumer without a group
     * @param coalesce how long changes are collected; zero publishes each poll's
     */
    public TopicFollower(
            String name,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Followed followed,
            Duration coalesce,
            NanoClock clock,
            ThreadWatch watch) {
        this.consumers = consumers;
        this.followed = followed;
        this.coalesce = coalesce;
        this.clock = clock;
        this.watch = watch;
        thread = new Thread(this::live, name);
        thread.setDaemon(true);
    }

    /** Begins; returns at once. */
    public void start() {
        thread.start();
    }

    /** Makes the thread end soon. */
    public void stop() {
        stopRequested.countDown();
    }

    /** Stops, and returns when the thread has ended or will not for long. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(GOODBYE.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A thread that ends by a defect stays in the watch's book: the worker is replaced rather than left with old data.
     */
    private void live() {
        try (followed) {
            while (!isStopping()) {
                try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                    follow(consumer);
                } catch (InterruptException | WakeupException stopped) {
                    stop();
                } catch (KafkaException failure) {
                    tell(failure);
                    pause(PAUSE_AFTER_FAILURE);
                }
            }
        }
        watch.rest();
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = partitions(consumer);
        followed.begin();
        readToEnd(consumer, partitions);
        // Else what was read before the stop would pass for all there is.
        if (isStopping()) {
            return;
        }
        followed.publish();
        lastTold = "";
        long changedAt = 0;
        boolean changed = false;
        while (!isStopping()) {
            watch.begin();
            take(consumer, changed ? coalesce.dividedBy(4) : POLL);
            if (!changed && followed.isStale()) {
                changed = true;
                changedAt = clock.nanos();
            }
            if (changed && clock.nanos() - changedAt >= coalesce.toNanos()) {
                followed.publish();
                changed = false;
            }
        }
    }

    private void readToEnd(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, CALL);
        while (!isStopping() && partitions.stream().anyMatch(each -> consumer.position(each, CALL) < ends.get(each))) {
            watch.begin();
            take(consumer, POLL);
        }
    }

    /**
     * Takes what a poll gives. A record that cannot be read yet is polled again, and with it what follows in its
     * partition.
     */
    private void take(Consumer<byte[], byte[]> consumer, Duration wait) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(wait);
        Optional<KafkaException> failure = Optional.empty();
        for (TopicPartition partition : records.partitions()) {
            Optional<KafkaException> ofPartition = take(consumer, partition, records.records(partition));
            failure = failure.or(() -> ofPartition);
        }
        if (failure.isPresent()) {
            tell(failure.get());
            pause(PAUSE_AFTER_FAILURE);
        } else if (!records.isEmpty()) {
            lastTold = "";
        }
    }

    private Optional<KafkaException> take(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            watch.begin(); // each has its own time: it may wait for its schema
            try {
                followed.apply(record);
            } catch (InterruptException | WakeupException stopped) {
                throw stopped;
            } catch (KafkaException notYet) {
                consumer.seek(partition, record.offset());
                return Optional.of(notYet);
            }
        }
        return Optional.empty();
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
        while (!isStopping()) {
            watch.begin();
            List<PartitionInfo> infos = Optional.ofNullable(consumer.partitionsFor(followed.topic(), CALL))
                    .orElse(List.of());
            if (!infos.isEmpty()) {
                return infos.stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
            }
            if (isNews("missing")) {
                WorkerLog.topicMissing(followed.topic());
            }
            followed.missing();
            pause(LOOK_AGAIN);
        }
        return List.of();
    }

    private void tell(KafkaException failure) {
        String why = ConnectionFaults.explain(failure)
                .orElseGet(() -> failure.getClass().getSimpleName() + ": " + failure.getMessage());
        followed.unreadable(why);
        if (isNews(why)) {
            WorkerLog.topicUnreadable(followed.topic(), why);
        }
    }

    private boolean isNews(String what) {
        boolean news = !what.equals(lastTold);
        lastTold = what;
        return news;
    }

    private boolean isStopping() {
        return stopRequested.getCount() == 0;
    }

    private void pause(Duration time) {
        try {
            stopRequested.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            stop();
            Thread.currentThread().interrupt();
        }
    }

    /** What a compacted topic says, and the place where it is put. Called by the follower's thread alone. */
    public interface Followed extends AutoCloseable {

        /** Name of the topic. */
        String topic();

        /**
         * The topic is read from its beginning: the first time, or again after a failure. Earlier records no longer
         * count.
         */
        void begin();

        /**
         * Takes one record, or leaves it out if it is bad. May block while the record's schema is awaited.
         *
         * @throws org.apache.kafka.common.KafkaException if it cannot be read now but may be later: it comes again
         */
        void apply(ConsumerRecord<byte[], byte[]> record);

        /** Whether a snapshot published now may differ from the last one. */
        boolean isStale();

        /** Replaces the snapshot in use by what was read. */
        void publish();

        /** The broker has no such topic; called after each failed look. */
        void missing();

        /** The topic cannot be read, and why, for operators; the snapshot in use stays. */
        void unreadable(String why);

        /** The follower has ended: what was read is freed, the snapshot in use stays. */
        @Override
        default void close() {}

        static byte[] bytes(ByteBuffer content) {
            byte[] bytes = new byte[content.remaining()];
            content.duplicate().get(bytes);
            return bytes;
        }

        /**
         * A topic of one kind of records, of which a snapshot is kept.
         *
         * @param <E> of its records
         * @param <S> of the snapshot
         */
        abstract class Topic<E extends SpecificRecord, S> implements Followed {

            final EventDecoder<E> decoder;
            final SnapshotHolder<S> holder;
            final WorkerMetrics metrics;
            final String topic;

            /** @param topic as the broker calls it */
            Topic(String topic, EventDecoder<E> decoder, SnapshotHolder<S> holder, WorkerMetrics metrics) {
                this.topic = topic;
                this.decoder = decoder;
                this.holder = holder;
                this.metrics = metrics;
            }

            @Override
            public final String topic() {
                return topic;
            }

            /**
             * The value of a record; empty if it can never be read.
             *
             * @param name of what it holds, for people
             * @param onUndecodable takes the reason
             * @throws SerializationException if it may be readable later: its record does not come again by itself
             */
            final Optional<E> decode(
                    ConsumerRecord<byte[], byte[]> record,
                    String name,
                    java.util.function.Consumer<String> onUndecodable) {
                DecodedEvent<E> decoded = decoder.decodeWaiting(record.topic(), record.value());
                if (decoded instanceof DecodedEvent.Undecodable<E> undecodable) {
                    if (undecodable.reason().retriable()) {
                        throw new SerializationException(name + " cannot be read yet: " + undecodable.detail());
                    }
                    onUndecodable.accept(undecodable.detail());
                    return Optional.empty();
                }
                return Optional.of(((DecodedEvent.Event<E>) decoded).value());
            }
        }
    }
}
