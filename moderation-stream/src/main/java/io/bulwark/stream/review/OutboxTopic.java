package io.bulwark.stream.review;

import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Where the outbox is published. One thread uses it. */
interface OutboxTopic extends AutoCloseable {

    /** The batch that was published last, by any instance. */
    Mark lastBatch();

    /**
     * Publishes a batch and remembers all of its rows as the last one, both or neither.
     *
     * @throws org.apache.kafka.common.KafkaException where it is not known, or known not, to be published; close it then
     */
    void publish(List<OutboxRow> batch);

    @Override
    void close();

    /**
     * Which rows a batch had.
     *
     * @param rows ids of rows
     * @param decisions ids of decisions, where a version wrote the mark whose rows had no id
     */
    record Mark(Set<UUID> rows, Set<UUID> decisions) {

        /** Before the first batch. */
        static final Mark NONE = new Mark(Set.of(), Set.of());

        public Mark {
            rows = Set.copyOf(rows);
            decisions = Set.copyOf(decisions);
        }
    }
}
