package io.bulwark.stream.review;

import io.bulwark.schemas.serde.DecodedEvent;
import io.bulwark.schemas.serde.EventDecoder;
import io.bulwark.schemas.topic.DeadLetterHeaders;
import io.bulwark.schemas.topic.Topics;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/**
 * What is done with the records of one topic, in the transaction that also holds how far was read.
 *
 * @param <T> the record
 */
abstract class IntakeTopic<T extends SpecificRecord> implements AutoCloseable {

    /** How hashes of contents are written. */
    static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Topics topic;
    private final IntakeDecoder<T> decoder;

    /** @param decoder closed with this */
    IntakeTopic(Topics topic, EventDecoder<T> decoder) {
        this.topic = topic;
        this.decoder = new IntakeDecoder<>(decoder);
    }

    Topics topic() {
        return topic;
    }

    /** The most records that share a transaction. */
    int together() {
        return 500;
    }

    /**
     * The image whose rows the record is about; its lock is held before any record of the transaction is taken. Empty
     * where the record is about none, or its key cannot be one of an image.
     */
    Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return Storable.key(record);
    }

    /**
     * Decodes what is taken next, before the transaction begins: in it nothing waits for a schema.
     *
     * @throws org.apache.kafka.common.errors.SerializationException where a record cannot be read yet
     */
    void prepare(List<ConsumerRecord<byte[], byte[]>> records) {
        decoder.prepare(records);
    }

    final DecodedEvent<T> decode(ConsumerRecord<byte[], byte[]> record) {
        return decoder.decode(record);
    }

    /** The event of a record; empty where it can never be read. */
    final Optional<T> read(ConsumerRecord<byte[], byte[]> record) {
        return decoder.read(record);
    }

    /**
     * Takes a record. One that cannot be read and that the topology reads as well is left out, for that sets it aside.
     *
     * @throws UnusableException where it says what no database can hold, or intake alone reads the topic and cannot use
     *     it
     * @throws org.apache.kafka.common.errors.SerializationException where it cannot be read yet
     */
    abstract void take(Handle handle, ConsumerRecord<byte[], byte[]> record);

    /**
     * Takes a record that was taken before, when the lists are rebuilt: nothing goes into the queue. A topic that makes
     * no list takes nothing.
     */
    void takeAgain(Handle handle, ConsumerRecord<byte[], byte[]> record) {}

    @Override
    public void close() {
        decoder.close();
    }

    /** @throws UnusableException where there is a fault */
    static void requireStorable(ConsumerRecord<byte[], byte[]> record, Optional<String> fault) {
        fault.ifPresent(said -> {
            throw new UnusableException(DeadLetterHeaders.of(record, DeadLetters.UNSTORABLE, said));
        });
    }

    /** A record cannot be used: it becomes a dead letter, and the partition goes on. */
    static final class UnusableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient DeadLetterHeaders story;

        UnusableException(DeadLetterHeaders story) {
            super(story.detail());
            this.story = story;
        }

        DeadLetterHeaders story() {
            return story;
        }
    }
}
