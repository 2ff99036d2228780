package io.bulwark.stream.review;

import io.bulwark.schemas.topic.Topics;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jdbi.v3.core.Handle;

/** What is done with the records of one topic; in the transaction that also holds how far was read. */
interface IntakeTopic extends AutoCloseable {

    /** Which it is. */
    Topics topic();

    /** So many records may share a transaction. */
    default int together() {
        return 500;
    }

    /**
     * The image whose rows the record is about; its lock is held before any record of the transaction is taken. Empty where
     * the record is about none, or its key cannot be one of an image.
     */
    default Optional<String> image(ConsumerRecord<byte[], byte[]> record) {
        return Optional.empty();
    }

    /**
     * Decodes what is taken next, before the transaction begins: in it nothing waits for a schema.
     *
     * @throws SerializationException where a record cannot be read yet
     */
    default void prepare(List<ConsumerRecord<byte[], byte[]>> records) {}

    /**
     * Takes a record; what cannot be read and the topology reads as well is left out, for that sets it aside.
     *
     * @throws UnstorableException where it says what no database can hold
     * @throws UnusableException where intake alone reads the topic and cannot use the record
     * @throws SerializationException where it cannot be read yet
     */
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record);

    /**
     * Takes a record that was taken before, when the lists are made anew: nothing goes into the queue. What makes no list
     * takes nothing.
     */
    default void takeAgain(Handle handle, ConsumerRecord<byte[], byte[]> record) {}

    @Override
    void close();
}
