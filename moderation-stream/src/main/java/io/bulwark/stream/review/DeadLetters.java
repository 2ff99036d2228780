package io.bulwark.stream.review;

import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.UploadIds;
import io.bulwark.stream.RecordWriter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
final class DeadLetters implements AutoCloseable {

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
    DeadLetters(String topic, Supplier<Producer<byte[], byte[]>> producers, MeterRegistry registry) {
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

    /**
     * What the database can hold. A record that it refuses would otherwise be read again for ever.
     *
     * <p>Ids are in indexes, of which an entry has at most 2,704 bytes; so the bounds are those of {@link UploadIds},
     * in bytes.
     */
    static final class Storable {

        /** The longest label, in bytes of UTF-8. */
        static final int MOST_LABEL_BYTES = 512;

        /** The most labels of one decision. */
        static final int MOST_LABELS = 1000;

        private Storable() {}

        /** Why the database cannot hold rows of such a tenant with these ids, as a sentence; empty where it can. */
        static Optional<String> fault(String tenant, String... ids) {
            if (tenant.isEmpty() || tenant.equals("*")) {
                return Optional.of("No tenant is called '" + tenant + "'.");
            }
            return text("The tenant", tenant, UploadIds.MAX_TENANT_BYTES)
                    .or(() -> first(Arrays.stream(ids).map(id -> text("An id", id, UploadIds.MAX_BYTES))));
        }

        /** The same of the labels of a decision. */
        static Optional<String> fault(Collection<String> labels) {
            return labels.size() > MOST_LABELS
                    ? Optional.of("It has " + labels.size() + " labels, allowed are " + MOST_LABELS + ".")
                    : first(labels.stream().map(label -> text("A label", label, MOST_LABEL_BYTES)));
        }

        /** Why the database cannot hold words that are in no index. */
        static Optional<String> faultOfWords(String words) {
            return text("A text", words, Integer.MAX_VALUE);
        }

        /** Whether there can be such a tenant with these ids. */
        static boolean is(String tenant, String... ids) {
            return fault(tenant, ids).isEmpty();
        }

        /** The first of these faults. */
        @SafeVarargs
        static Optional<String> first(Optional<String>... faults) {
            return first(List.of(faults).stream());
        }

        private static Optional<String> first(Stream<Optional<String>> faults) {
            return faults.flatMap(Optional::stream).findFirst();
        }

        /** PostgreSQL's text holds every character but the first of Unicode. */
        private static Optional<String> text(String name, String text, int most) {
            if (text.indexOf('\0') >= 0) {
                return Optional.of(name + " has the character U+0000.");
            }
            int found = UploadIds.bytes(text);
            return found <= most
                    ? Optional.empty()
                    : Optional.of(name + " has " + found + " bytes in UTF-8, allowed are " + most + ".");
        }

        /** The record's key as an image id; empty where it has none or no database could hold it. */
        static Optional<String> key(ConsumerRecord<byte[], byte[]> record) {
            return Optional.ofNullable(record.key())
                    .map(key -> new String(key, StandardCharsets.UTF_8))
                    .filter(key -> key.indexOf('\0') < 0);
        }
    }
}
