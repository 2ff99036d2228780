package io.bulwark.stream.review.decide;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Where the outbox is published. One thread uses it. */
interface OutboxTopic extends AutoCloseable {

    /** The ids of the batch that was published last, by whomever. */
    Set<UUID> lastBatch();

    /**
     * Publishes a batch and remembers its ids as the last one, both or neither.
     *
     * @throws org.apache.kafka.common.KafkaException where it is not known, or known not, to be published; close it then
     */
    void publish(List<Published> batch);

    @Override
    void close();
}
