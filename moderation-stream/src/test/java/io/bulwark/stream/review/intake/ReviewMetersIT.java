package io.bulwark.stream.review.intake;

import static io.bulwark.stream.testing.ReviewDesk.ANNA;
import static io.bulwark.stream.testing.ReviewDesk.doubtful;
import static io.bulwark.stream.testing.ReviewDesk.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.stream.review.ItemRow.Origin;
import io.bulwark.stream.review.ReviewQueue;
import io.bulwark.stream.review.intake.ReviewMeters.Measured;
import io.bulwark.stream.testing.ReviewDesk;
import io.bulwark.stream.testing.TestDatabase;
import org.junit.jupiter.api.Test;

/** What is measured of a real PostgreSQL. */
class ReviewMetersIT {

    @Test
    void queueAndOutboxOfAllTenantsAreCounted() {
        try (TestDatabase database = TestDatabase.open()) {
            assertThat(measure(database)).isEqualTo(new Measured(0, 0, 0, 0, 0, 0, 0, 0));
            var desk = new ReviewDesk(database.database(), ReviewDesk.RULES);
            desk.arrives("waits", 0.1);
            desk.arrives(doubtful("another", "waits", 0.1), Origin.REVIEW);
            desk.arrives("held", 0.8);
            desk.arrives("decided", 0.9);
            ReviewQueue.Claim decided = desk.queue.claim(ANNA).orElseThrow();
            desk.decisions.decide(ANNA, says(decided, "SAFE"));
            desk.queue.claim(ANNA).orElseThrow();
            Measured measured = measure(database);
            assertThat(measured.waiting()).isEqualTo(2);
            assertThat(measured.held()).isEqualTo(1);
            assertThat(measured.oldest()).isPositive();
            assertThat(measured.outbox()).isEqualTo(1);
            assertThat(measured.outboxAge()).isPositive();
            assertThat(measured.decided()).isEqualTo(1);
        }
    }

    private static Measured measure(TestDatabase database) {
        return database.database().acrossTenants(ReviewMeters::measure);
    }
}
