package io.bulwark.stream.review;

import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Handle;

/** How far Kafka was read, in the database. */
final class IntakeOffsets {

    private IntakeOffsets() {}

    /**
     * Where a partition stands.
     *
     * @param next where it goes on
     * @param listsUntil what comes before this offset was taken before, and only makes lists
     */
    record Stand(long next, long listsUntil) {}

    /** Where a partition stands; empty where it was never read. */
    static Optional<Stand> of(Handle handle, TopicPartition partition) {
        return handle.createQuery("SELECT next_offset, lists_until FROM intake_offset"
                        + " WHERE topic = :topic AND partition = :partition")
                .bind("topic", partition.topic())
                .bind("partition", partition.partition())
                .map((row, context) -> new Stand(row.getLong("next_offset"), row.getLong("lists_until")))
                .findOne();
    }

    /**
     * Moves on, if nobody else has meanwhile.
     *
     * @param from where this reader stood; empty where the partition was never read
     * @return whether it still stood there; if not, another instance has read on and the transaction is to be rolled back
     */
    static boolean advance(Handle handle, TopicPartition partition, Optional<Long> from, long next) {
        if (from.isEmpty()) {
            return handle.createUpdate("INSERT INTO intake_offset (topic, partition, next_offset)"
                                    + " VALUES (:topic, :partition, :next) ON CONFLICT DO NOTHING")
                            .bind("topic", partition.topic())
                            .bind("partition", partition.partition())
                            .bind("next", next)
                            .execute()
                    == 1;
        }
        return handle.createUpdate("UPDATE intake_offset SET next_offset = :next"
                                + " WHERE topic = :topic AND partition = :partition AND next_offset = :from")
                        .bind("topic", partition.topic())
                        .bind("partition", partition.partition())
                        .bind("next", next)
                        .bind("from", from.get())
                        .execute()
                == 1;
    }
}
