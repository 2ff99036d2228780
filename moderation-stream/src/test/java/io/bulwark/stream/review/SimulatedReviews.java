package io.bulwark.stream.review;

import io.bulwark.events.Review;
import io.bulwark.stream.database.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.ProducerFencedException;

/** {@code moderation.reviews} in memory: transactions that commit whole, the mark, and the fencing of earlier publishers. */
public final class SimulatedReviews {

    /** What readers at read_committed see, in its order. */
    private final List<Delivered> log = new ArrayList<>();

    private final List<Review> reviews = new ArrayList<>();

    private OutboxPublisher.Topic.Mark mark = OutboxPublisher.Topic.Mark.NONE;
    private int epoch;

    /** A record. */
    public record Delivered(UUID decisionId, String imageId) {}

    public List<Delivered> log() {
        return log;
    }

    /** The reviews among them. */
    List<Review> reviews() {
        return reviews;
    }

    /**
     * Publishes some batches if no other instance does.
     *
     * @param committed called once Kafka has committed a batch and PostgreSQL has not
     */
    public void publish(Database database, int batches, Runnable committed) {
        try (Database.Held held = database.hold()) {
            var outbox = new Outbox(held.handle());
            if (outbox.lock()) {
                var publication = new OutboxPublisher.Publication(
                        outbox, new Session(committed), new OutboxPublisher.Lanes(System::nanoTime));
                for (int i = 0; i < batches; i++) {
                    publication.next();
                }
            }
        }
    }

    private final class Session implements OutboxPublisher.Topic {

        private final int own = ++epoch;
        private final Runnable committed;

        Session(Runnable committed) {
            this.committed = committed;
        }

        @Override
        public Mark lastBatch() {
            return mark;
        }

        @Override
        public void publish(List<OutboxPublisher.Row> batch) {
            if (own != epoch) {
                throw new ProducerFencedException("a later publisher has begun");
            }
            batch.forEach(row -> log.add(new Delivered(idOf(row.content()), imageOf(row.content()))));
            batch.stream()
                    .map(OutboxPublisher.Row::content)
                    .filter(Review.class::isInstance)
                    .forEach(content -> reviews.add((Review) content));
            mark = new Mark(batch.stream().map(OutboxPublisher.Row::id).collect(Collectors.toSet()), Set.of());
            committed.run();
        }

        @Override
        public void close() {}
    }

    private static UUID idOf(Object content) {
        return content instanceof Review review
                ? UUID.fromString(review.getDecisionId())
                : ((Outbox.ApprovedReferences) content).id();
    }

    private static String imageOf(Object content) {
        return content instanceof Review review ? review.getImageId() : "";
    }
}
