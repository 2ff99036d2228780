package io.bulwark.stream.review.intake;

import io.bulwark.schemas.topic.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Handle;

/** What is done with the records of one topic; in the transaction that also holds how far was read. */
interface IntakeTopic extends AutoCloseable {

    /** Which it is. */
    Topics topic();

    /** So many records may share a transaction. */
    default int together() {
        return 500;
    }

    /** Takes a record; what cannot be read and the topology reads as well is left out, for that sets it aside. */
    void take(Handle handle, ConsumerRecord<byte[], byte[]> record);

    /**
     * Takes a record that was taken before, when the lists are made anew: nothing goes into the queue. What makes no list
     * takes nothing.
     */
    default void takeAgain(Handle handle, ConsumerRecord<byte[], byte[]> record) {}

    @Override
    void close();
}
