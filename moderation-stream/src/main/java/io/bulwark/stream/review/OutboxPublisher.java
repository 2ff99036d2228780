package io.bulwark.stream.review;

import io.bulwark.stream.database.Database;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.JdbiException;

/**
 * Publishes the outbox on a thread of its own, if no other instance does. After any trouble it lets go of lock and
 * producer and starts anew.
 */
final class OutboxPublisher implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(OutboxPublisher.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Database database;
    private final Supplier<OutboxTopic> topics;
    private final Duration pause;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "review-outbox");

    /**
     * @param topics opens the topic; called again after trouble
     * @param pause how long it rests when there is nothing to publish
     */
    OutboxPublisher(Database database, Supplier<OutboxTopic> topics, Duration pause) {
        this.database = database;
        this.topics = topics;
        this.pause = pause;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        stopping.countDown();
        try {
            thread.join(10_000);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopped()) {
            try (Database.Held held = database.hold()) {
                var outbox = new Outbox(held.handle());
                if (outbox.lock()) {
                    publish(outbox);
                }
            } catch (Database.UnavailableException notYet) {
                LOG.debugf("The outbox waits for the database: %s", notYet.getMessage());
            } catch (KafkaException | JdbiException trouble) {
                LOG.warnf("The publication of decisions starts anew: %s", trouble.getMessage());
            } catch (RuntimeException defect) {
                LOG.error("The publication of decisions starts anew", defect);
            }
            rest(RETRY);
        }
    }

    private void publish(OutboxTable outbox) {
        try (OutboxTopic topic = topics.get()) {
            var publication = new Publication(outbox, topic);
            while (!stopped()) {
                if (publication.next() == 0) {
                    rest(pause);
                }
            }
        } catch (InterruptException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean stopped() {
        return stopping.getCount() == 0 || Thread.currentThread().isInterrupted();
    }

    private void rest(Duration time) {
        try {
            stopping.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The time of one publisher between taking the lock and the first trouble. What the batch before left is removed before
     * any other batch can replace its mark, so that no row is published twice. After an exception it must not be used again.
     */
    static final class Publication {

        private final OutboxTable outbox;
        private final OutboxTopic topic;

        /** Removes what was published already. */
        Publication(OutboxTable outbox, OutboxTopic topic) {
            this.outbox = outbox;
            this.topic = topic;
            outbox.remove(topic.lastBatch());
        }

        /** Publishes the next batch. Returns its number of rows, 0 where none waits. */
        int next() {
            return outbox.handOver(topic::publish);
        }
    }
}
