package io.bulwark.stream.outbound;

import io.bulwark.schemas.connection.ConnectionFaults;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Writes Osprey's actions to its topic, each exactly once: what was read is committed in the transaction that writes.
 * After any trouble consumer and producer are made anew, and what was not committed is read again.
 */
final class OspreyLoop implements OutboundLoop {

    private static final Logger LOG = Logger.getLogger(OspreyLoop.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration END_WITHIN = Duration.ofSeconds(10);

    private final Osprey osprey;
    private final String decisions;
    private final String topic;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Tally tally;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "outbound-osprey");
    private volatile Consumer<byte[], byte[]> consumer;

    /**
     * @param decisions the topic of decisions, as the broker calls it
     * @param topic that Osprey reads
     * @param consumers makes a read_committed consumer in Osprey's group; called again after trouble
     * @param producers makes a transactional producer; called again after trouble
     */
    OspreyLoop(
            Osprey osprey,
            String decisions,
            String topic,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Producer<byte[], byte[]>> producers,
            Tally tally) {
        this.osprey = osprey;
        this.decisions = decisions;
        this.topic = topic;
        this.consumers = consumers;
        this.producers = producers;
        this.tally = tally;
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() {
        stopping.countDown();
        Consumer<byte[], byte[]> present = consumer;
        if (present != null) {
            present.wakeup();
        }
    }

    @Override
    public void close() {
        stop();
        try {
            thread.join(END_WITHIN.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        osprey.close();
    }

    private void run() {
        while (stopping.getCount() > 0) {
            try (Consumer<byte[], byte[]> opened = consumers.get();
                    Producer<byte[], byte[]> producer = producers.get()) {
                consumer = opened;
                write(opened, producer);
            } catch (WakeupException stopped) {
                LOG.debug("The way to Osprey ends");
            } catch (KafkaException trouble) {
                tally.restarted();
                LOG.warnf(
                        "The way to Osprey starts anew: %s",
                        ConnectionFaults.explain(trouble).orElseGet(trouble::getMessage));
            } catch (Throwable defect) { // an Error too: a thread that ended would tell nobody anything any more
                tally.restarted();
                LOG.error("The way to Osprey starts anew", defect);
            } finally {
                consumer = null;
            }
            pause();
        }
    }

    private void write(Consumer<byte[], byte[]> opened, Producer<byte[], byte[]> producer) {
        producer.initTransactions();
        opened.subscribe(List.of(decisions), new FirstPlaces(opened));
        Map<TopicPartition, Instant> reached = new HashMap<>();
        while (stopping.getCount() > 0) {
            ConsumerRecords<byte[], byte[]> polled = opened.poll(POLL);
            if (!polled.isEmpty()) {
                tally.stands(unread(opened) + polled.count(), first(polled));
                pass(opened, producer, polled);
                polled.forEach(record -> reached.put(
                        new TopicPartition(record.topic(), record.partition()),
                        Instant.ofEpochMilli(record.timestamp())));
            }
            tally.stands(unread(opened), oldest(opened, reached));
            tally.lives();
        }
    }

    private static long unread(Consumer<byte[], byte[]> opened) {
        return opened.assignment().stream()
                .mapToLong(partition -> opened.currentLag(partition).orElse(0))
                .sum();
    }

    private static Optional<Instant> first(ConsumerRecords<byte[], byte[]> polled) {
        return StreamSupport.stream(polled.spliterator(), false)
                .map(record -> Instant.ofEpochMilli(record.timestamp()))
                .min(Comparator.naturalOrder());
    }

    /** What is unread in a partition is no older than what was read there last. */
    private static Optional<Instant> oldest(Consumer<byte[], byte[]> opened, Map<TopicPartition, Instant> reached) {
        return opened.assignment().stream()
                .filter(partition -> opened.currentLag(partition).orElse(0) > 0)
                .map(reached::get)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder());
    }

    /** One transaction. What nobody can read is passed over. After an exception it is aborted with its producer. */
    private void pass(
            Consumer<byte[], byte[]> opened,
            Producer<byte[], byte[]> producer,
            ConsumerRecords<byte[], byte[]> polled) {
        producer.beginTransaction();
        int written = 0;
        List<String> unreadable = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            try {
                Optional<byte[]> action = osprey.action(Event.of(record));
                if (action.isPresent()) {
                    producer.send(new ProducerRecord<>(topic, record.key(), action.get()));
                    written++;
                }
            } catch (UnreadableEventException passedOver) {
                LOG.warnf("Osprey is not told of %s: %s", Event.of(record).id(), passedOver.getMessage());
                unreadable.add(passedOver.reason());
            }
        }
        producer.sendOffsetsToTransaction(polled.nextOffsets(), opened.groupMetadata());
        producer.commitTransaction();
        for (int i = 0; i < written; i++) {
            tally.delivered();
        }
        unreadable.forEach(tally::setAside);
    }

    private void pause() {
        try {
            stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            stopping.countDown();
        }
    }
}
