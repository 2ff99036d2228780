package io.bulwark.stream.review.intake;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.stream.RecordWriter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Sets aside what the intake cannot use: what it alone reads, and what no database can hold. A batch's dead letters are
 * written as the last step before the transaction ends that moves on, so each comes at least once. The intake's thread
 * uses it.
 */
public final class DeadLetters implements AutoCloseable {

    /** The reason of a dead letter that says what no database can hold. */
    static final String UNSTORABLE = "UNSTORABLE";

    /** How long the producer's send may block. */
    static final Duration BLOCK = Duration.ofSeconds(2);

    private static final Duration SEND = Duration.ofSeconds(3);

    private final String topic;
    private final RecordWriter writer;
    private final MeterRegistry registry;

    /**
     * @param topic of dead letters, as the broker calls it
     * @param producers makes one, at the first dead letter
     */
    public DeadLetters(String topic, Supplier<Producer<byte[], byte[]>> producers, MeterRegistry registry) {
        this.topic = topic;
        this.writer = new RecordWriter(producers, SEND);
        this.registry = registry;
    }

    /**
     * One of them.
     *
     * @param story why
     */
    record Letter(ConsumerRecord<byte[], byte[]> record, DeadLetterHeaders story) {}

    /**
     * Writes them together; within five seconds it is known whether that worked.
     *
     * @throws KafkaException where the broker does not take all of them; some of them may be written
     */
    void write(List<Letter> letters) {
        if (!letters.isEmpty()) {
            writer.write(letters.stream().map(this::outgoing).toList());
        }
        letters.forEach(letter ->
                count(registry, letter.record().topic(), letter.story().reason()));
    }

    private ProducerRecord<byte[], byte[]> outgoing(Letter letter) {
        ConsumerRecord<byte[], byte[]> record = letter.record();
        var headers = new RecordHeaders(record.headers());
        letter.story().addTo(headers);
        return new ProducerRecord<>(topic, null, record.timestamp(), record.key(), record.value(), headers);
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
        writer.close();
    }
}
