package io.bulwark.stream.review;

import io.bulwark.stream.database.BackgroundJob;
import io.bulwark.stream.database.Database;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Publishes the outbox on its own thread, if no other instance does. After any trouble it releases lock and producer
 * and starts again.
 */
final class OutboxPublisher implements AutoCloseable {

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Database database;
    private final Supplier<Topic> topics;
    private final Duration pause;
    private final BackgroundJob job = new BackgroundJob("review-outbox", RETRY, this::turn);

    /**
     * @param topics opens the topic; called again after trouble
     * @param pause how long it rests when there is nothing to publish
     */
    OutboxPublisher(Database database, Supplier<Topic> topics, Duration pause) {
        this.database = database;
        this.topics = topics;
        this.pause = pause;
    }

    void start() {
        job.start();
    }

    @Override
    public void close() {
        job.close();
    }

    /** Holds lock and producer until the first trouble. */
    private Duration turn() {
        try (Database.Held held = database.hold()) {
            var outbox = new Outbox(held.handle());
            if (outbox.lock()) {
                publish(outbox);
            }
        }
        return RETRY;
    }

    private void publish(Outbox outbox) {
        try (Topic topic = topics.get()) {
            var publication = new Publication(outbox, topic);
            while (job.isRunning()) {
                if (publication.next() == 0) {
                    job.rest(pause);
                }
            }
        }
    }

    /**
     * The time of one publisher between taking the lock and the first trouble. What the batch before left is removed
     * before any other batch can replace its mark, so that no row is published twice. After an exception it must not be
     * used again.
     */
    static final class Publication {

        private final Table outbox;
        private final Topic topic;

        /** Removes what was published already. */
        Publication(Table outbox, Topic topic) {
            this.outbox = outbox;
            this.topic = topic;
            outbox.remove(topic.lastBatch());
        }

        /** Publishes the next batch. Returns its number of rows, 0 where none waits. */
        int next() {
            return outbox.handOver(topic::publish);
        }
    }

    /**
     * A row of the outbox.
     *
     * @param id made by the database; the publisher's mark names rows by it, because a client chooses the id of a
     *     decision
     */
    record Row(UUID id, Published content) {}

    /**
     * The rows that wait for publication, as the one publisher sees them. One thread uses it; each method is a
     * transaction.
     */
    interface Table {

        /**
         * Removes the rows that were published although their removal was not committed.
         *
         * @param mark names them
         * @return how many were still there
         */
        int remove(Topic.Mark mark);

        /**
         * Publishes the oldest rows and removes them, in one transaction: an erasure that finds no row may rely on what
         * was published being there to be found.
         *
         * @param publish gets at least one row, in the order of their positions; where it throws, the rows stay
         * @return how many rows went; 0 where none waits
         */
        int handOver(Consumer<List<OutboxPublisher.Row>> publish);
    }

    /** Where the outbox is published. One thread uses it. */
    interface Topic extends AutoCloseable {

        /** The batch that was published last, by any instance. */
        Mark lastBatch();

        /**
         * Publishes a batch and remembers all of its rows as the last one, both or neither.
         *
         * @throws org.apache.kafka.common.KafkaException where it is not known, or known not, to be published; close it
         *     then
         */
        void publish(List<OutboxPublisher.Row> batch);

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
}
