package io.bulwark.service.follow;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a compacted topic says, and the place where it is put. Called by the follower's thread alone. */
public interface Followed extends AutoCloseable {

    /** Name of the topic. */
    String topic();

    /** The topic is read from its begin: the first time, or anew after a failure. What no record says now is gone. */
    void begin();

    /**
     * Takes one record, or leaves it out if it is bad. May block while the record's schema is awaited.
     *
     * @throws org.apache.kafka.common.KafkaException if it cannot be read now but may be later: it comes again
     */
    void apply(ConsumerRecord<byte[], byte[]> record);

    /** Whether what would be published now may differ from what was published last. */
    boolean isStale();

    /** Puts what was read in the place of what is in use. */
    void publish();

    /** The broker has no such topic; told whenever it was looked for in vain. */
    void missing();

    /** The topic cannot be read, and why, in words for people; what is in use stays. */
    void unreadable(String why);

    /** The follower has ended, and calls nothing any more: what was read is let go, what is in use stays. */
    @Override
    default void close() {}
}
