package io.bulwark.stream.review.intake;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Sets aside what the intake cannot use: what it alone reads, and what no database can hold. A dead letter is written before the transaction ends that moves
 * on, so each comes at least once. The intake's thread uses it.
 */
final class DeadLetters implements AutoCloseable {

    /** The reason of a dead letter that says what no database can hold. */
    static final String UNSTORABLE = "UNSTORABLE";

    /** How long the producer's send may block. */
    static final Duration BLOCK = Duration.ofSeconds(2);

    private static final Duration SEND = Duration.ofSeconds(3);

    private final String topic;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final MeterRegistry registry;
    private Producer<byte[], byte[]> producer;

    /**
     * @param topic of dead letters, as the broker calls it
     * @param producers makes one, at the first dead letter
     */
    DeadLetters(String topic, Supplier<Producer<byte[], byte[]>> producers, MeterRegistry registry) {
        this.topic = topic;
        this.producers = producers;
        this.registry = registry;
    }

    /**
     * @param story why
     * @throws KafkaException where the broker does not take it
     */
    void write(ConsumerRecord<byte[], byte[]> record, DeadLetterHeaders story) {
        if (producer == null) {
            producer = producers.get();
        }
        var headers = new RecordHeaders(record.headers());
        story.addTo(headers);
        var letter = new ProducerRecord<>(topic, null, record.timestamp(), record.key(), record.value(), headers);
        try {
            producer.send(letter).get(SEND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException unsent) {
            throw new KafkaException("A dead letter could not be written", unsent);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KafkaException("A dead letter was broken off", interrupted);
        }
        count(registry, record.topic(), story.reason());
    }

    /** Counts none of them, so that Prometheus sees the first. */
    static void register(MeterRegistry registry, String topic, Iterable<String> reasons) {
        reasons.forEach(reason -> registry.counter("bulwark.stream.dead.letters", tags(topic, reason)));
    }

    private static void count(MeterRegistry registry, String topic, String reason) {
        registry.counter("bulwark.stream.dead.letters", tags(topic, reason)).increment();
    }

    private static String[] tags(String topic, String reason) {
        return new String[] {"topic", topic, "reason", reason};
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(SEND);
        }
    }
}
